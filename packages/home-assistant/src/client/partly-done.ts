import { ToolError } from '@switchyard-mcp/core';

/** A refusal after which it is not as before, or cannot be read: an earlier command of the same change may have been done. */
export const partlyDone = (
  refusal: ToolError,
  { id, changeId, seen }: { readonly id: string; readonly changeId: string; readonly seen: boolean },
): ToolError =>
  new ToolError(
    {
      ...refusal.fields,
      what: seen
        ? `Home Assistant refused a part of the change of ${id}; read back, it is not as before: the rest may have been done.`
        : `Home Assistant refused the change of ${id} or a part of it, and it could not be read back.`,
      why: [refusal.fields.what, refusal.fields.why].filter(Boolean).join(': '),
      next: [`Read it again; ${changeId} in ha_undo holds how it was.`],
      retryable: false,
      sideEffects: 'unknown',
    },
    { cause: refusal },
  );
