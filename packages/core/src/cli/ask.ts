import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { ToolError } from '../errors/tool-error.ts';

/** A person ended a question instead of answering it. */
export class PromptCancelled extends ToolError {
  /** What a shell expects: 130 after Ctrl-C, 1 after Ctrl-D. */
  readonly exitCode: number;

  constructor(what: string, exitCode: number) {
    super({ code: 'cancelled', what, sideEffects: 'none' });
    this.exitCode = exitCode;
  }
}

interface Question {
  readonly secret?: boolean;
  readonly initial?: string;
  /** What is said when the person ends it with Ctrl-C or Ctrl-D. */
  readonly onCancel?: string;
}

/** One line. Closing the input rejects on some Nodes and leaves the promise open on others, so it is listened for. */
const oneLine = (lines: Interface, prompt: string, onCancel: string): Promise<string> =>
  new Promise((resolve, reject) => {
    lines.once('SIGINT', () => reject(new PromptCancelled(onCancel, 130)));
    lines.once('close', () => reject(new PromptCancelled(onCancel, 1)));
    // What it rejects with is its own close, told above.
    lines.question(prompt).then(resolve, () => reject(new PromptCancelled(onCancel, 1)));
  });

/** Asks the person at the terminal; a secret is not echoed. @throws ToolError when there is no terminal, or no answer. */
export const ask = async (question: string, options: Question = {}): Promise<string> => {
  const { stdin } = process;
  if (!stdin.isTTY)
    throw new ToolError({
      code: 'unsupported',
      what: 'This command asks questions and needs a terminal.',
      next: ['Run it in a terminal.'],
    });
  const hint = options.initial ? ` [${options.initial}]` : options.secret ? ' (hidden)' : '';
  const prompt = `${question}${hint}: `;
  // What is muted would hide the question too.
  if (options.secret) process.stderr.write(prompt);
  const muted = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: options.secret ? muted : process.stderr, terminal: true });
  let answered = false;
  try {
    const answer = await oneLine(lines, options.secret ? '' : prompt, options.onCancel ?? 'Cancelled; nothing was saved.');
    answered = true;
    return answer.trim() || (options.initial ?? '');
  } finally {
    lines.close();
    if (options.secret || !answered) process.stderr.write('\n');
  }
};

/** Yes or no; without a terminal it is no. */
export const askYes = async (question: string): Promise<boolean> =>
  process.stdin.isTTY && /^y(es)?$/i.test(await ask(`${question} [y/N]`, { onCancel: 'Cancelled; nothing was done.' }));
