import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { ToolError } from '../errors/tool-error.ts';

/** Asks the person at the terminal; a secret is not echoed. @throws ToolError when there is no terminal. */
export const ask = async (question: string, options: { secret?: boolean; initial?: string } = {}): Promise<string> => {
  if (!process.stdin.isTTY)
    throw new ToolError({ code: 'unsupported', what: 'This command asks questions and needs a terminal', next: ['run it in a terminal.'] });
  const hint = options.initial ? ` [${options.initial}]` : options.secret ? ' (hidden)' : '';
  process.stderr.write(`${question}${hint}: `);
  const muted = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: options.secret ? muted : process.stderr, terminal: true });
  try {
    return (await lines.question('')).trim() || (options.initial ?? '');
  } finally {
    lines.close();
    if (options.secret) process.stderr.write('\n');
  }
};

/** Yes or no; without a terminal it is no. */
export const askYes = async (question: string): Promise<boolean> => process.stdin.isTTY && /^y(es)?$/i.test(await ask(`${question} [y/N]`));
