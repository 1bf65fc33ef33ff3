import { history, type PastPoint } from '../home/history.ts';
import { isoTime } from '../home/identifiers.ts';
import { logbook } from '../home/logbook.ts';
import type { CalendarEvent, Json } from '../home/types.ts';
import { isJson } from '../home/types.ts';
import { cameraPng } from '../image.ts';
import { eventsBetween } from '../services/domains/list.ts';
import { renderTemplate } from '../template/render.ts';
import { TemplateError } from '../template/values.ts';
import { json, message, plain, type RestAnswer, type RestRequest, readBody } from './answer.ts';

const DAY = 86_400_000;

function span(request: RestRequest, start: string | undefined): { from: number; to: number } | undefined {
  const from = start === undefined ? Date.now() - DAY : Date.parse(start);
  const end = request.query.get('end_time');
  const to = end === null ? Math.min(Date.now(), from + DAY) : Date.parse(end);
  return Number.isNaN(from) || Number.isNaN(to) ? undefined : { from, to };
}

/** GET /api/history/period/{start?}. */
export function getHistory(request: RestRequest): RestAnswer {
  const filter = request.query.get('filter_entity_id');
  const range = span(request, request.parts[2]);
  if (!range) return message('Invalid datetime', 400);
  if (filter === null || filter === '') return message('filter_entity_id is missing', 400);
  const minimal = request.query.has('minimal_response');
  const bare = request.query.has('no_attributes');
  const lists = filter.split(',').map((id) => {
    const points = history(request.home, id.trim(), range.from, range.to);
    return points.map((point, index) => writePoint(id, point, minimal && index > 0 && index < points.length - 1, bare));
  });
  return json(lists.filter((list) => list.length > 0));
}

function writePoint(id: string, point: PastPoint, short: boolean, bare: boolean): Json {
  const at = isoTime(point.at);
  if (short) return { state: point.state, last_changed: at };
  return { entity_id: id, state: point.state, attributes: bare ? {} : point.attributes, last_changed: at, last_updated: at };
}

/** GET /api/logbook/{start?}. */
export function getLogbook(request: RestRequest): RestAnswer {
  const range = span(request, request.parts[1]);
  if (!range) return message('Invalid datetime', 400);
  const entity = request.query.get('entity');
  const entries = logbook(request.home, entity === null ? undefined : entity.split(','), range.from, range.to);
  const nameOf = (id: unknown): unknown => request.home.states.get(String(id))?.attributes['friendly_name'];
  return json(
    entries.map((entry) => ({
      ...entry,
      ...(entry['entity_id'] ? { name: nameOf(entry['entity_id']) } : {}),
      when: isoTime(Number(entry['when']) * 1000),
    })),
  );
}

/** GET /api/camera_proxy/{id} and /api/image_proxy/{id}. */
export function getPicture({ home, parts }: RestRequest): RestAnswer {
  const domain = parts[0] === 'camera_proxy' ? 'camera.' : 'image.';
  const state = home.states.get(parts[1] ?? '');
  if (!state?.entityId.startsWith(domain)) return plain(404, 'Not Found');
  if (state.state === 'unavailable') return plain(503, 'Service Unavailable');
  return { status: 200, bytes: cameraPng(), headers: { 'content-type': 'image/png' } };
}

/** POST /api/template. */
export function postTemplate(request: RestRequest): RestAnswer {
  const body = readBody(request);
  if (!body) return message('Invalid JSON specified.', 400);
  try {
    const variables = isJson(body['variables']) ? body['variables'] : {};
    return { status: 200, text: renderTemplate(request.home, String(body['template']), variables).text };
  } catch (error) {
    return message(`Error rendering template: ${error instanceof TemplateError ? error.message : 'unknown'}`, 400);
  }
}

/** GET /api/calendars and /api/calendars/{id}. */
export function getCalendars({ home, parts, query }: RestRequest): RestAnswer {
  if (parts[1] === undefined) {
    return json([...home.calendars.keys()].map((id) => ({ name: home.states.get(id)?.attributes['friendly_name'], entity_id: id })));
  }
  const [from, to] = [Date.parse(query.get('start') ?? ''), Date.parse(query.get('end') ?? '')];
  const events = home.calendars.get(parts[1]);
  if (!events || Number.isNaN(from) || Number.isNaN(to)) return { status: 400 };
  return json(eventsBetween(events, from, to).map(writeEvent));
}

function writeEvent(event: CalendarEvent): Json {
  const moment = (text: string): Json => (text.includes('T') ? { dateTime: text } : { date: text });
  const { summary, description, location, uid, rrule } = event;
  return { start: moment(event.start), end: moment(event.end), summary, description, location, uid, recurrence_id: null, rrule };
}

/** GET /api/error_log. */
export function getErrorLog({ home }: RestRequest): RestAnswer {
  const lines = home.log.map(
    (entry) => `${isoTime(entry.timestamp * 1000).slice(0, 23)} ${entry.level} (MainThread) [${entry.name}] ${entry.message.join(' ')}`,
  );
  return { status: 200, bytes: Buffer.from(`${lines.reverse().join('\n')}\n`), headers: { 'content-type': 'application/octet-stream' } };
}
