import type { JsonRecord as Raw } from '@switchyard-mcp/core/json';
import { expect, test } from 'vitest';
import { createPolicy } from './policy.ts';
import { readPush } from './push.ts';
import { createHolder } from './system-holder.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const hourMs = 3_600_000;
const time = (ms: number): string => new Date(ms).toISOString().slice(0, -1);
const account = { panelId: 5, name: 'Home', isAdmin: true };
const holderOf = (document: Raw, askedAt = now) => {
  const holder = createHolder({ account, systemId: 'home', alone: true, policy: createPolicy({ level: 'read' }) });
  holder.replace(document, askedAt);
  const push = (da: Raw, at: number): void => {
    const read = readPush({ _id: '5|1', t: 'account_partition', op: 'u', panid: 5, parid: 1, da }, at);
    if (read === undefined) throw new Error('no push');
    holder.apply(read, at);
  };
  return { holder, push, partition: () => holder.picture().partitions[0] };
};
/** Two hours disarmed, as the document remembers. */
const disarmed = (more: Raw = {}): Raw => ({
  par: [{ parid: 1, s: 0, d: [], proph: { s: [{ val: 0, ts: time(now - 2 * hourMs) }] }, secd: { n: 'Lee Roe', s: 0 }, ...more }],
});

test('a change that comes by message is newer than the list of changes in the document', () => {
  const { push, partition, holder } = holderOf(disarmed());
  expect(partition()).toMatchObject({ state: 'disarmed', since: now - 2 * hourMs, by: 'Lee Roe' });
  push({ s: 3, seca: { n: 'Dana Fox', s: 3 } }, now + 1000);
  expect(partition()).toMatchObject({ state: 'armed_stay', since: now + 1000, by: 'Dana Fox' });
  push({ s: 0, secd: { n: 'Dana Fox' }, plctx: { ts: time(now + 5000) } }, now + 6000);
  expect(partition()).toMatchObject({ state: 'disarmed', since: now + 5000, by: 'Dana Fox' });
  // A whole read that knows nothing of it yet changes nothing.
  holder.replace(disarmed(), now + 9000);
  expect(partition()).toMatchObject({ since: now + 5000, by: 'Dana Fox' });
});

test('a change found by a read is no older than the read before it: an old time is not believed', () => {
  const { holder, partition } = holderOf({ par: [{ parid: 1, s: 3, d: [] }] });
  holder.replace(disarmed(), now + 60_000);
  expect(partition()?.since).toBeUndefined();
  const fresh = { proph: { s: [{ val: 0, ts: time(now + 30_000) }] } };
  holder.replace(disarmed(fresh), now + 120_000);
  expect(partition()?.since).toBe(now + 30_000);
});
