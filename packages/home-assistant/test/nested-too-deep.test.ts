import { createRuntime, isToolError, Redactor, walkDepth } from '@switchyard-mcp/core';
import { describe, expect, test } from 'vitest';
import { templatesIn } from '../src/client/data-templates.ts';
import { keepSecrets } from '../src/client/flow-values.ts';
import { createGuard } from '../src/client/guard.ts';
import { createObjectGuard } from '../src/client/object-guard.ts';
import { deepWithoutTokens } from '../src/client/picture-tokens.ts';
import { createPolicy } from '../src/client/policy.ts';
import { actionsNeedingApproval, dataTargets } from '../src/domain/approval.ts';
import { targetsByInput } from '../src/domain/blueprint-inputs.ts';
import { rewriteReferences } from '../src/domain/entity-references.ts';
import type { Entity, Home } from '../src/domain/model.ts';
import { parseObjectRef } from '../src/domain/object-ref.ts';
import { reachesFurther } from '../src/domain/reaches-further.ts';
import { planRename } from '../src/domain/rename-plan.ts';
import { scanReferences } from '../src/domain/scan-references.ts';
import { placesOf } from '../src/domain/search-bodies.ts';
import { secretsIn, withoutSecrets } from '../src/domain/secret-names.ts';
import { securityActionsOf } from '../src/domain/security-actions.ts';

/** Whatever decides about security, hidden entities or secrets takes the safe side about what is nested past the limit of its walk. */
const nested = (inside: unknown, levels = walkDepth + 1): Record<string, unknown> => {
  let value = inside;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { in: value };
  return { top: value };
};
const harmless = { note: 'nothing' };
const ofAnyDepth = [walkDepth + 1, 5_000, 100_000];

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return 'ok';
  } catch (error) {
    return isToolError(error) ? error.fields.code : String(error);
  }
};

const policy = createPolicy({ level: 'admin', deny: 'lock.hidden' });
const guard = createGuard(policy, {
  accepts: createRuntime().approvals.accepts,
  stateOf: () => undefined,
  exists: (id) => id === 'light.hall',
  isHidden: (id) => id === 'lock.hidden',
  hasHiddenMembers: () => false,
});
const home: Home = {
  entities: new Map<string, Entity>(),
  devices: new Map(),
  areas: new Map(),
  floors: new Map(),
  labels: new Map(),
  registryRevision: 1,
  stateRevision: 1,
};
const automation = parseObjectRef('automation.x');

describe.each(ofAnyDepth)('%i levels deep', (levels) => {
  const deep = nested(harmless, levels);

  test('a value may name what is hidden', () => {
    expect(guard.mentionsHidden(deep)).toBe(true);
  });
  test('a call is not sent, and could be security-relevant', async () => {
    const call = { domain: 'light', service: 'turn_on', data: deep, entityIds: ['light.hall'], returnResponse: false };
    expect(await codeOf(() => guard.checkCall(call, undefined, async () => undefined))).toBe('invalid_input');
    expect(dataTargets(deep).complete).toBe(false);
    expect(actionsNeedingApproval(call, () => undefined)).toEqual(['light.turn_on']);
  });
  test('the templates of a call are not all known, so it is not sent', async () => {
    expect(await codeOf(() => templatesIn(deep))).toBe('invalid_input');
  });
  test('a stored body does something that needs an approval', () => {
    expect(securityActionsOf(automation, deep, () => undefined)).toEqual(['actions nested too deep to look through']);
    const action = { action: 'lock.unlock', data: deep };
    expect(securityActionsOf(automation, { actions: [action] }, () => undefined)).toContain(
      'lock.unlock on what a place, a template or an input names',
    );
  });
  test('a body could reach whatever nobody named', () => {
    expect(reachesFurther(deep)).toBe('what is nested too deep to be looked through');
    expect(targetsByInput(deep)).toBe(true);
  });
  test('a body whose names cannot be checked is not saved', async () => {
    expect(await codeOf(() => createObjectGuard(policy, guard).checkNames(automation, deep))).toBe('invalid_input');
  });
  test('a scan says that it is not complete, and so does a rename', () => {
    expect(scanReferences(deep).complete).toBe(false);
    expect(rewriteReferences(deep, new Map([['light.a', 'light.b']])).complete).toBe(false);
  });
});

describe('secrets', () => {
  const secret = nested({ password: 'canary-4f9d2c7e81b6' });

  test('are masked however deep: by their names as far as those can be seen, then all of it', () => {
    for (const levels of [...ofAnyDepth, 150, 300])
      expect(JSON.stringify(withoutSecrets(nested({ password: 'canary-4f9d2c7e81b6' }, levels)))).not.toContain('canary');
  });
  test('that could not be found are not sent', async () => {
    expect(await codeOf(() => secretsIn(secret))).toBe('invalid_input');
    expect(await codeOf(() => keepSecrets(secret, [], new Redactor()))).toBe('invalid_input');
  });
  test('in lists are kept too', () => {
    const secrets = new Redactor();
    keepSecrets({ users: [{ name: 'ada', password: 'hunter2' }] }, [], secrets);
    expect(secrets.redact('hunter2 of ada')).toBe('[redacted] of ada');
  });
  test('tokens of pictures do not get through', () => {
    for (const levels of ofAnyDepth) {
      const event = nested({ access_token: 'canary-1', entity_picture: '/api/x?token=canary-2' }, levels);
      expect(JSON.stringify(deepWithoutTokens(event))).not.toContain('canary');
    }
  });
});

test('whoever deletes or renames learns of a body that could not be looked through', () => {
  const body = nested({ entity_id: 'light.a' });
  expect(placesOf(body, 'light.a')).toEqual(['']);
  expect(placesOf(nested({ entity_id: 'light.other' }), 'light.a_lamp')).toEqual([]);
  const sources = { home, bodies: [{ ref: automation, name: 'X', body }], referrers: [], readOnly: new Map<string, string>() };
  const plan = planRename(new Map([['light.a', 'light.b']]), sources);
  expect(plan.left).toEqual([{ id: 'automation.x', why: 'is nested too deep to be looked through' }]);
  expect(plan.edits).toEqual([]);
});

test('what is not nested so deep is looked through', () => {
  const body = nested({ entity_id: 'lock.hidden' }, walkDepth - 4);
  expect(guard.mentionsHidden(body)).toBe(true);
  expect(guard.mentionsHidden(nested(harmless, walkDepth - 4))).toBe(false);
  expect(dataTargets(body)).toEqual({ ids: ['lock.hidden'], complete: true });
});
