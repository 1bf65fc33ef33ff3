import { isToolError, type ToolErrorFields } from '@switchyard-mcp/core';

/** The refusal that work ends with. Anything else fails the test. */
export const failureOf = async (work: Promise<unknown>): Promise<ToolErrorFields> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isToolError(error)) throw new Error(`no refusal: ${String(error)}`);
  return error.fields;
};
