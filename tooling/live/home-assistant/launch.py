"""Runs Home Assistant Core for as long as standard input stays open.

The parent process holds the other end. However it ends, SIGKILL included, this end closes, and then Core must not linger: it stops, and
the throwaway configuration goes with it.

Usage: launch.py CONFIG_DIR [more arguments of hass]
"""

import os
import shutil
import signal
import sys
import threading
import time

config_dir = sys.argv[1]
orphaned = False


def watch_parent() -> None:
    global orphaned
    while os.read(0, 1024):
        pass
    orphaned = True
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(15)
    shutil.rmtree(config_dir, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    # Until Core puts its own handler in place, end in a way that still runs `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=watch_parent, name="parent-watch", daemon=True).start()
    sys.argv = ["hass", "--config", config_dir, *sys.argv[2:]]
    try:
        from homeassistant.__main__ import main

        code = main()
    finally:
        if orphaned:
            shutil.rmtree(config_dir, ignore_errors=True)
    sys.exit(code)
