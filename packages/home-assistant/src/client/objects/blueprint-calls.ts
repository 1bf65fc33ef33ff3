import { refuse } from '@switchyard-mcp/core';
import { toRecord } from '@switchyard-mcp/core/json';
import type { Body } from '../../domain/body.ts';
import { type Access, bodyOf, without } from './object-store.ts';

/** The plain body that a use of a blueprint stands for, with the alias and all else that stands beside it. */
export const substitute = async (domain: string, body: Body, { socket, signal }: Access): Promise<Body> => {
  const use = bodyOf(body['use_blueprint']) ?? {};
  const path = use['path'];
  if (typeof path !== 'string')
    throw refuse('invalid_input', 'use_blueprint needs the path of a blueprint.', { next: ['ha_get_config id="blueprint" lists them.'] });
  const answer = await socket.command(
    { type: 'blueprint/substitute', domain, path, input: toRecord(use['input']) },
    { signal, doing: `Reading the blueprint ${path.slice(0, 80)}` },
  );
  const plain = bodyOf(bodyOf(answer)?.['substituted_config']);
  if (!plain) throw refuse('upstream_error', 'The blueprint gave no body.');
  return { ...plain, ...without(body, 'use_blueprint') };
};
