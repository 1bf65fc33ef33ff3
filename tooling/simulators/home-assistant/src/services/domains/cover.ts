import type { HomeState } from '../../home/types.ts';
import type { ServiceCall, ServiceHandler } from '../service-call.ts';

const TRAVEL_MS = 2000;
const STEPS = 4;

function positionOf(state: HomeState): number {
  const position = state.attributes['current_position'];
  if (typeof position === 'number') return position;
  return state.state === 'closed' ? 0 : 100;
}

/** Moves in steps over two seconds, as a motor does; the call itself is answered at once. */
function move(call: ServiceCall, state: HomeState, goal: number): void {
  const start = positionOf(state);
  const id = state.entityId;
  if (goal === start) {
    call.home.cancel(id);
    call.put(id, goal === 0 ? 'closed' : 'open');
    return;
  }
  const reports = typeof state.attributes['current_position'] === 'number';
  call.put(id, goal > start ? 'opening' : 'closing');
  const step = (count: number): void =>
    call.home.after(id, TRAVEL_MS / STEPS, () => {
      const now = Math.round(start + ((goal - start) * count) / STEPS);
      const state = count < STEPS ? undefined : now === 0 ? 'closed' : 'open';
      if (reports || state !== undefined) call.put(id, state, reports ? { current_position: now } : {});
      if (count < STEPS) step(count + 1);
    });
  step(1);
}

function stop(call: ServiceCall, state: HomeState): void {
  call.home.cancel(state.entityId);
  const position = positionOf(state);
  call.put(state.entityId, position === 0 && state.state !== 'opening' ? 'closed' : 'open');
}

function each(act: (call: ServiceCall, state: HomeState) => void): ServiceHandler {
  return (call) => call.targets.forEach((state) => act(call, state));
}

/** A toggle opens what is closed or closing. */
const toggle = each((call, state) => move(call, state, state.state === 'closed' || state.state === 'closing' ? 100 : 0));

/** Covers and valves. */
export const COVER_HANDLERS: Readonly<Record<string, ServiceHandler>> = {
  'cover.open_cover': each((call, state) => move(call, state, 100)),
  'cover.close_cover': each((call, state) => move(call, state, 0)),
  'cover.set_cover_position': each((call, state) => move(call, state, Number(call.data['position']))),
  'cover.stop_cover': each(stop),
  'cover.toggle': toggle,
  'cover.set_cover_tilt_position': each((call, state) =>
    call.put(state.entityId, undefined, { current_tilt_position: call.data['tilt_position'] }),
  ),
  'cover.open_cover_tilt': each((call, state) => call.put(state.entityId, undefined, { current_tilt_position: 100 })),
  'cover.close_cover_tilt': each((call, state) => call.put(state.entityId, undefined, { current_tilt_position: 0 })),
  'valve.open_valve': each((call, state) => move(call, state, 100)),
  'valve.close_valve': each((call, state) => move(call, state, 0)),
  'valve.set_valve_position': each((call, state) => move(call, state, Number(call.data['position']))),
  'valve.stop_valve': each(stop),
  'valve.toggle': toggle,
};
