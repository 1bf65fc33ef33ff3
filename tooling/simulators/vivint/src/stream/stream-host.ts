import { type Answer, type HostRequest, json } from '../http/answer.ts';
import type { Hub, Published } from './hub.ts';

/** The key that every Vivint client carries; it is public. */
export const SUBSCRIBE_KEY = 'sub-c-6fb03d68-6a78-11e2-ae8f-12313f022c90';
const REGION = 12;
const MAX_UUID = 92;

/** ps.pndsn.com: version 2 of the subscribe call, presence answers and the time. */
export class StreamHost {
  readonly #hub: Hub;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  async handle(request: HostRequest): Promise<Answer> {
    const parts = request.path.split('/').slice(1);
    if (request.method !== 'GET') return refuse(405, 'Method Not Allowed');
    if (parts[0] === 'time') return stream([Number(this.#hub.timetoken())]);
    if (parts[0] === 'v2' && parts[1] === 'subscribe' && parts.length === 5) return this.#subscribe(request, parts);
    if (parts[0] === 'v2' && parts[1] === 'presence' && parts[2] === 'sub-key') {
      return stream({ status: 200, message: 'OK', action: parts[6] ?? 'heartbeat', service: 'Presence' });
    }
    return refuse(404, 'Not Found');
  }

  async #subscribe(request: HostRequest, parts: readonly string[]): Promise<Answer> {
    const uuid = request.query.get('uuid') ?? '';
    if (parts[2] !== SUBSCRIBE_KEY) return refuse(400, 'Invalid Subscribe Key');
    if (uuid === '' || uuid.length > MAX_UUID) return refuse(400, 'Invalid UUID');
    const since = request.query.get('tt') ?? '0';
    if (!/^\d{1,17}$/.test(since)) return refuse(400, 'Invalid timetoken');
    if (since === '0') return stream({ t: { t: this.#hub.timetoken(), r: REGION }, m: [] });
    const channels = (parts[3] ?? '').split(',').filter((name) => name.startsWith('PlatformChannel#') && !name.endsWith('-pnpres'));
    const names = channels.map((name) => name.slice('PlatformChannel#'.length));
    const found = await this.#hub.poll(names, since, request.signal);
    if (!found) return { status: 0, reset: true };
    const last = found.at(-1)?.timetoken ?? this.#hub.timetoken();
    return stream({ t: { t: last, r: REGION }, m: found.map((message) => write(message)) });
  }
}

function write({ channel, timetoken, payload }: Published): unknown {
  const name = `PlatformChannel#${channel}`;
  return { a: '2', f: 0, i: 'simulated-publisher', p: { t: timetoken, r: REGION }, k: SUBSCRIBE_KEY, c: name, d: payload, b: name };
}

/** The service labels its JSON as script. */
function stream(value: unknown): Answer {
  return { ...json(value), headers: { 'content-type': 'text/javascript; charset="UTF-8"' } };
}

function refuse(status: number, message: string): Answer {
  return { ...json({ message, error: true, service: 'Access Manager', status }, status) };
}
