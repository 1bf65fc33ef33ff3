import type { Transport } from '@modelcontextprotocol/server';
import type { Log } from '../runtime/log.ts';

interface BadFrames {
  readonly wire: Transport;
  readonly log: Log;
}

/** A peer that answers an answer without an id would keep two programs busy for ever. */
const mostAnswers = 50;

const invalidRequest = { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'Invalid Request: this is no JSON-RPC message' } };

/**
 * What is told of a line that could not be used: one line of our own in the log, where the SDK's would be a page. JSON that is no message
 * is answered as JSON-RPC asks; what is no JSON at all the SDK passes over in silence.
 */
export const tellBadFrames = ({ wire, log }: BadFrames): ((error: Error) => void) => {
  let answers = 0;
  return (error) => {
    if ('issues' in error) {
      log.warn('a line was left out: it is JSON, but no JSON-RPC message');
      answers += 1;
      // Its type knows no answer without an id.
      if (answers <= mostAnswers) void wire.send(invalidRequest as never).catch(() => undefined);
      return;
    }
    if (/ReadBuffer exceeded/.test(error.message)) {
      // Where the next message begins cannot be known any more; a client that looks at the code sees that this was no usual end.
      process.exitCode = 1;
      log.error('fatal: a message is larger than this server takes, so the connection ends');
      return;
    }
    log.warn(error.message.split('\n')[0] ?? '');
  };
};
