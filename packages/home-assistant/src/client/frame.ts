import { type JsonRecord, recordsIn } from '@switchyard-mcp/core/json';

/** A message of the WebSocket API after sign-in. */
export type Frame = JsonRecord;

/** Several messages may come as one array once coalescing is on; what is no object is dropped. Undefined when the text is not JSON. */
export const framesOf = (text: string): readonly Frame[] | undefined => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  return recordsIn(Array.isArray(parsed) ? parsed : [parsed]);
};
