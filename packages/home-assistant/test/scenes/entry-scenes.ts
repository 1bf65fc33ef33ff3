import { expect, test } from 'vitest';
import { type Bench, data, refusal } from './bench.ts';

/** An integration as an object: what a person may set of its config entry. Needs the level admin. */
export const describeEntry = (bench: () => Bench): void => {
  const id = 'integration:demo';
  const config = async () => (await data(bench(), 'ha_get_config', { id }))['config'];
  const patch = (path: string, value: unknown) => ({ id, patch: [{ op: 'replace', path, value }] });

  test('an integration: its title and preferences, not what its own forms ask for', async () => {
    const before = JSON.stringify(await config());
    const changed = await data(bench(), 'ha_edit', patch('/pref_disable_polling', true));
    expect(await config()).toMatchObject({ domain: 'demo', pref_disable_polling: true });
    await data(bench(), 'ha_undo', { mode: 'restore', change: changed['undo'] });
    expect(JSON.stringify(await config())).toBe(before);
    expect(await refusal(bench(), 'ha_edit', patch('/domain', 'sun'))).toContain('cannot be set here');
    expect(await refusal(bench(), 'ha_edit', { id: 'integration:nowhere', config: { title: 'X' } })).toContain('ha_integration');
  });
};
