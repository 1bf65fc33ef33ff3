#!/bin/sh
# Runs a command in another root folder, with some folders of the host at the same place.
# Usage, as root: unshare --mount sh run-in-root.sh ROOT "DIR DIR …" COMMAND [ARGUMENT …]
# The mounts live in the private namespace of this process and go with it: nothing to clean up, whatever kills us.
set -eu
root=$1
shared=$2
shift 2
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
IFS=' '
for dir in $shared; do
  mkdir -p "$root$dir"
  mount --bind "$dir" "$root$dir"
done
# exec twice, so that the command has the process id that the parent knows.
exec chroot "$root" "$@"
