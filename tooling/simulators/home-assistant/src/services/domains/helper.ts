import { isoTime } from '../../home/identifiers.ts';
import { type HomeState, toList } from '../../home/types.ts';
import type { ServiceCall, ServiceHandler } from '../service-call.ts';
import { ServiceError, validationError } from '../service-error.ts';

function each(act: (call: ServiceCall, state: HomeState) => void): ServiceHandler {
  return (call) => call.targets.forEach((state) => act(call, state));
}

function setNumber(call: ServiceCall, state: HomeState, value: number): void {
  const min = Number(state.attributes['min'] ?? 0);
  const max = Number(state.attributes['max'] ?? 100);
  if (value >= min && value <= max) return call.put(state.entityId, value.toFixed(1));
  const [shown, low, high] = [value.toFixed(1), min.toFixed(1), max.toFixed(1)];
  if (call.domain === 'input_number') {
    throw new ServiceError('invalid_format', `Invalid value for ${state.entityId}: ${shown} (range ${low} - ${high})`);
  }
  throw validationError(`Value ${shown} for ${state.entityId} is outside valid range ${low} - ${high}`, 'number', 'out_of_range', {
    value,
    entity_id: state.entityId,
    min_value: low,
    max_value: high,
  });
}

function step(call: ServiceCall, state: HomeState, sign: number): void {
  setNumber(call, state, Number(state.state) + sign * Number(state.attributes['step'] ?? 1));
}

function select(call: ServiceCall, state: HomeState): void {
  const option = String(call.data['option']);
  const options = toList(state.attributes['options']);
  if (options.includes(option)) return call.put(state.entityId, option);
  const list = options.join(', ');
  if (call.domain === 'input_select')
    throw new ServiceError('home_assistant_error', `Invalid option: ${option} (possible options: ${list})`);
  throw validationError(
    `Option ${option} is not valid for entity ${state.entityId}, valid options are: ${list}`,
    'select',
    'not_valid_option',
    {
      entity_id: state.entityId,
      option,
      options: list,
    },
  );
}

function shift(call: ServiceCall, state: HomeState, pick: (index: number, count: number) => number): void {
  const options = toList(state.attributes['options']);
  const next = options[pick(options.indexOf(state.state), options.length)];
  if (next !== undefined) call.put(state.entityId, next);
}

function selects(domain: string): Record<string, ServiceHandler> {
  return {
    [`${domain}.select_option`]: each(select),
    [`${domain}.select_first`]: each((call, state) => shift(call, state, () => 0)),
    [`${domain}.select_last`]: each((call, state) => shift(call, state, (_, count) => count - 1)),
    [`${domain}.select_next`]: each((call, state) => shift(call, state, (at, count) => (at + 1) % count)),
    [`${domain}.select_previous`]: each((call, state) => shift(call, state, (at, count) => (at - 1 + count) % count)),
  };
}

function setDatetime(call: ServiceCall, state: HomeState): void {
  const { date, time, datetime } = call.data;
  const [day, clock] = typeof datetime === 'string' ? datetime.split(/[ T]/) : [date, time];
  const next = [state.attributes['has_date'] === true ? day : undefined, state.attributes['has_time'] === true ? clock : undefined];
  const text = next.filter((part) => part !== undefined).join(' ');
  if (text === '') throw new ServiceError('home_assistant_error', 'Nothing to set');
  call.put(state.entityId, text);
}

/** Seconds of `HH:MM:SS`, `MM:SS` or plain seconds. */
function seconds(text: string): number {
  return text.split(':').reduce((total, part) => total * 60 + Number(part), 0);
}

function clock(total: number): string {
  return `${Math.floor(total / 3600)}:${String(Math.floor(total / 60) % 60).padStart(2, '0')}:${String(Math.round(total % 60)).padStart(2, '0')}`;
}

function startTimer(call: ServiceCall, state: HomeState): void {
  const paused = state.state === 'paused' && call.data['duration'] === undefined;
  const total = seconds(String(call.data['duration'] ?? (paused ? state.attributes['remaining'] : state.attributes['duration']) ?? '0'));
  const remaining = clock(total);
  call.put(state.entityId, 'active', {
    ...(paused ? {} : { duration: remaining }),
    remaining,
    finishes_at: isoTime(Date.now() + total * 1000),
  });
  call.home.fire('timer.started', { entity_id: state.entityId }, call.context);
  call.home.after(state.entityId, Math.min(total * 1000, 2_000_000_000), () => endTimer(call, state, 'timer.finished'));
}

function endTimer(call: ServiceCall, state: HomeState, event: string): void {
  call.home.cancel(state.entityId);
  call.put(state.entityId, 'idle', { remaining: undefined, finishes_at: undefined });
  call.home.fire(event, { entity_id: state.entityId }, call.context);
}

function pauseTimer(call: ServiceCall, state: HomeState): void {
  if (state.state !== 'active') return;
  const left = (Date.parse(String(state.attributes['finishes_at'])) - Date.now()) / 1000;
  call.home.cancel(state.entityId);
  call.put(state.entityId, 'paused', { remaining: clock(left), finishes_at: undefined });
}

const press: ServiceHandler = each((call, state) => call.put(state.entityId, isoTime(Date.now())));

/** Helpers and what behaves like them. */
export const HELPER_HANDLERS: Readonly<Record<string, ServiceHandler>> = {
  ...selects('input_select'),
  ...selects('select'),
  'input_number.set_value': each((call, state) => setNumber(call, state, Number(call.data['value']))),
  'input_number.increment': each((call, state) => step(call, state, 1)),
  'input_number.decrement': each((call, state) => step(call, state, -1)),
  'number.set_value': each((call, state) => setNumber(call, state, Number(call.data['value']))),
  'input_text.set_value': each((call, state) => call.put(state.entityId, String(call.data['value']))),
  'input_datetime.set_datetime': each(setDatetime),
  'input_button.press': press,
  'button.press': press,
  'counter.increment': each((call, state) => call.put(state.entityId, String(Number(state.state) + Number(state.attributes['step'] ?? 1)))),
  'counter.decrement': each((call, state) => call.put(state.entityId, String(Number(state.state) - Number(state.attributes['step'] ?? 1)))),
  'counter.reset': each((call, state) => call.put(state.entityId, String(state.attributes['initial'] ?? 0))),
  'counter.set_value': each((call, state) => call.put(state.entityId, String(call.data['value']))),
  'timer.start': each(startTimer),
  'timer.pause': each(pauseTimer),
  'timer.cancel': each((call, state) => endTimer(call, state, 'timer.cancelled')),
  'timer.finish': each((call, state) => endTimer(call, state, 'timer.finished')),
};
