import { expect, test } from 'vitest';
import { HOME, playDay, SUBSCRIBE_KEY, startVivintSimulator } from '../src/index.ts';
import { Caller, type Json, logIn } from './client.ts';

const DAY_MS = 24 * 3_600_000;

test('a listener that keeps asking hears every push of a day once, over dropped streams and restarts', async () => {
  const simulator = await startVivintSimulator({ clock: { flowing: false }, tokens: { expiresIn: 2 * 86_400 } });
  const ana = new Caller(simulator, await logIn(simulator, 'sms'));
  const { channel } = simulator.account('sms');
  const address = `${simulator.urls.stream}/v2/subscribe/${SUBSCRIBE_KEY}/${encodeURIComponent(`PlatformChannel#${channel}`)}/0?uuid=pn-TEST&tt=`;
  const heard: unknown[] = [];
  let over = false;
  const listen = async (): Promise<void> => {
    for (let since = '0'; !over; ) {
      try {
        const { t, m } = (await (await fetch(address + since)).json()) as { t: { t: string }; m: { d: { dseq: number } }[] };
        heard.push(...m.map(({ d }) => d.dseq));
        since = t.t;
      } catch {
        // Dropped: the same question again.
      }
    }
  };
  const keepAlive = (): void => {
    simulator.clock.after(5 * 60_000, keepAlive);
    ana.get('authuser').catch(() => undefined);
  };
  keepAlive();
  const listening = listen();
  for (let hour = 1; hour < 24; hour += 2) simulator.clock.after(hour * 3_600_000, () => simulator.faults.dropStream());
  for (const hour of [7, 15]) simulator.clock.after(hour * 3_600_000, () => void simulator.restart());
  await simulator.settle();
  playDay(simulator);
  await simulator.pass(DAY_MS);
  over = true;
  const sent = simulator.stream.published.filter((message) => message.channel === channel).map(({ payload }) => payload['dseq']);
  expect(sent.length).toBeGreaterThan(60);
  expect(heard).toEqual(sent);
  const { his } = (await ana.get(`${HOME}/1/history?lim=100`)) as { his: Json[] };
  expect(his[0]?.['me']).toBe('Front Door was locked');
  await simulator.close();
  await listening;
});
