import { event, fakeNow } from './fake-vivint.ts';

/** A day of which something may be missing. The front door was unlocked and closed again, and somebody moved in the hall. */
export const partlyKnown = {
  events: [
    event(90, { kind: 'unlocked', deviceId: '30', by: 'Cem', text: 'Front door was unlocked by Cem', before: 'locked' }),
    event(30),
    event(20, { kind: 'closed', text: 'Front door closed', source: 'live' }),
    event(10, { kind: 'motion', deviceId: '15', subject: 'Hall', text: 'motion', source: 'live' }),
  ],
  coverage: { from: fakeNow - 86_400_000, to: fakeNow, complete: false, missing: 'the history could not be read' },
};
