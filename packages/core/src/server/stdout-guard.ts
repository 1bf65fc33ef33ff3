import { Writable } from 'node:stream';

/**
 * Keeps stdout for protocol frames: everything else that writes there goes to stderr.
 * Returns the stream that the transport writes to.
 */
export const guardStdout = (): Writable => {
  const write = process.stdout.write.bind(process.stdout);
  const toStderr = process.stderr.write.bind(process.stderr);
  process.stdout.write = toStderr as typeof process.stdout.write;
  for (const level of ['log', 'info', 'debug', 'dir', 'table'] as const) console[level] = console.error.bind(console);
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, encoding, done) => {
      write(chunk, encoding === ('buffer' as BufferEncoding) ? undefined : encoding, done);
    },
  });
};
