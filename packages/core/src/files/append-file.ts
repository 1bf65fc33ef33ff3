import { closeSync, constants, fstatSync, openSync, readSync, renameSync, writeSync } from 'node:fs';

/** A file of lines that only grows. It is opened at the first line, with mode 0600; a symbolic link in its place is refused. */
export interface AppendFile {
  readonly path: string;
  /** Appends text that ends with a line break, in one write. @throws when it was not written whole. */
  append(text: string): void;
  /** Bytes in the file. */
  size(): number;
  /** Gives the file another name; the next line begins a new one. */
  rotateTo(path: string): void;
  close(): void;
}

/** A line that a crash or a full disk cut short must not swallow the next one. */
const endsInHalfLine = (descriptor: number): boolean => {
  const { size } = fstatSync(descriptor);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  return readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
};

export const openAppendFile = (path: string): AppendFile => {
  let descriptor: number | undefined;
  const open = (): number => {
    const flags = constants.O_APPEND | constants.O_CREAT | constants.O_RDWR | (constants.O_NOFOLLOW ?? 0);
    descriptor ??= openSync(path, flags, 0o600);
    return descriptor;
  };
  const close = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  /** A line in a file that somebody removed or replaced meanwhile would be a line nowhere. */
  const current = (): number => {
    if (fstatSync(open()).nlink === 0) close();
    return open();
  };
  return {
    path,
    close,
    append: (text) => {
      const file = current();
      const bytes = Buffer.from(endsInHalfLine(file) ? `\n${text}` : text);
      if (writeSync(file, bytes) !== bytes.length) throw new Error('the line was cut short');
    },
    size: () => fstatSync(current()).size,
    rotateTo: (target) => {
      close();
      renameSync(path, target);
    },
  };
};
