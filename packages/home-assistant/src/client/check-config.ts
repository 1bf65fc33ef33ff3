import { type Clock, refuse, within } from '@switchyard-mcp/core';
import { textOf, toRecord } from '@switchyard-mcp/core/json';
import type { ConfigCheck } from '../domain/insight-operations.ts';
import type { Guard } from './guard.ts';
import { cleanMessage } from './map-error.ts';
import type { RestApi } from './rest.ts';

/** Core reads every file of the configuration; a large one takes a while. */
const checkMs = 25_000;
const doing = 'Checking the configuration';

/** Checks the files of the configuration; changes nothing although it is a POST. What names a hidden entity is not told. */
export const checkConfig = async (
  rest: RestApi,
  guard: Guard,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<ConfigCheck> => {
  const request = { method: 'POST', path: ['core', 'check_config'], write: false, doing } as const;
  const answer = await within({ clock, ms: checkMs, signal }, (limit) =>
    rest.config({ ...request, signal: limit.signal }).catch((error: unknown) => {
      if (limit.ended !== 'timeout') throw error;
      throw refuse('timeout', `${doing} took longer than ${checkMs / 1000} s.`);
    }),
  );
  const body = toRecord(answer.body);
  const [errors, warnings] = [textOf(body, 'errors'), textOf(body, 'warnings')];
  if (textOf(body, 'result') === undefined) throw refuse('unsupported', `${doing} is not possible here: it answered ${answer.status}.`);
  const shown = (text: string): string => (guard.mentionsHidden(text) ? 'in parts that this server may not show' : cleanMessage(text));
  return {
    valid: body['result'] === 'valid',
    ...(errors ? { errors: shown(errors) } : {}),
    ...(warnings ? { warnings: shown(warnings) } : {}),
  };
};
