import { expect, test } from 'vitest';
import { inboxEvent } from './inbox.ts';
import { createPolicy } from './policy.ts';
import { readPush } from './push.ts';
import { createHolder } from './system-holder.ts';

const at = Date.parse('2026-11-25T12:00:00Z');
const holderOf = (systemId: string, names: Readonly<Record<number, string>>, deny?: string) => {
  const policy = createPolicy({ level: 'read', ...(deny === undefined ? {} : { deny }) });
  const holder = createHolder({ account: { panelId: 1, name: systemId, isAdmin: true }, systemId, alone: false, policy });
  const d = Object.entries(names).map(([number, n]) => ({
    _id: Number(number),
    n,
    t: Number(number) < 50 ? 'door_lock_device' : 'camera_device',
    s: false,
  }));
  holder.replace({ par: [{ parid: 1, s: 0, d }] }, at);
  return holder;
};
const told = (me: string, holders: ReturnType<typeof holderOf>[], commands: Record<string, number> = {}, hidesSystems = false) => {
  const push = readPush({ t: 'inbox_message', op: 'c', da: { me } }, at);
  if (push === undefined) throw new Error('no push');
  return inboxEvent(push, { holders, hidesSystems, commands: new Map(Object.entries(commands)), now: at }).map(
    ({ systemId, kind, deviceId, subject, source }) => [systemId, kind, deviceId, subject, source],
  );
};
const jams = (holder: ReturnType<typeof holderOf>) =>
  holder.picture().devices.flatMap((device) => (device.class === 'lock' && device.jammedAt !== undefined ? [device.name] : []));
const home = () => holderOf('home', { 30: 'Front Lock', 33: 'Front Lock 2', 70: 'Doorbell' });

test('of two names of which one holds the other, the longer one is meant', () => {
  const one = home();
  expect(told('Front Lock 2 failed to lock', [one])).toEqual([['home', 'jammed', 'home:33', 'Front Lock 2', 'note']]);
  expect(jams(one)).toEqual(['Front Lock 2']);
});
test('a name in two homes is an event of none, unless one was moved just now', () => {
  const both = [home(), holderOf('cabin', { 31: 'Front Lock' })];
  expect(told('Front Lock failed to lock', both)).toEqual([['', 'jammed', undefined, 'Front Lock', 'note']]);
  expect(both.flatMap(jams)).toEqual([]);
  expect(told('Front Lock failed to lock', both, { 'cabin:31': at - 1000 })).toEqual([
    ['cabin', 'jammed', 'cabin:31', 'Front Lock', 'note'],
  ]);
});
test('a name that nothing has is an event of the home', () => {
  expect(told('Side Lock could not be locked', [home()])).toEqual([['home', 'jammed', undefined, 'note to the household', 'note']]);
});
test('what a camera saw and an arming that failed are told; advertising is not', () => {
  expect(told('Doorbell camera detected a person', [home()])).toEqual([['home', 'seen', 'home:70', 'Doorbell', 'note']]);
  expect(told('Failed to arm: Front Door open', [home()])).toEqual([['home', 'failed', undefined, 'note to the household', 'note']]);
  expect(told('Welcome! Front Lock tips', [home()])).toEqual([]);
});
test('a note that is, or may be, about something hidden is none', () => {
  const some = holderOf('home', { 30: 'Front Lock', 31: 'Shed' }, 'Shed');
  expect(told('Shed failed to lock', [some])).toEqual([]);
  expect(told('Side Lock failed to lock', [some])).toEqual([]);
  expect(told('Side Lock failed to lock', [home()], {}, true)).toEqual([]);
  expect(told('Front Lock failed to lock', [some])).toHaveLength(1);
});
