import type { HomeState } from '../../home/types.ts';
import type { ServiceCall, ServiceHandler } from '../service-call.ts';
import { deviceError, validationError } from '../service-error.ts';

const TURN_MS = 300;
/** The demo alarm's code: a simulator has nothing to protect. */
const ALARM_CODE = '1234';

/** Turns the bolt for 0.3 s; Core's call ends when the lock has answered. */
async function turn(call: ServiceCall, state: HomeState, via: string, end: string): Promise<void> {
  const id = state.entityId;
  if (state.state === end) return;
  call.put(id, via);
  await new Promise<void>((resolve) => {
    call.home.after(id, TURN_MS, () => {
      // A jammed lock tries and stays jammed.
      call.put(id, state.state === 'jammed' ? 'jammed' : end);
      resolve();
    });
  });
  if (state.state === 'jammed') throw deviceError(`The lock ${id} is jammed`);
}

function lockHandler(via: string, end: string): ServiceHandler {
  return async (call) => {
    for (const state of call.targets) {
      if (call.service === 'open' && (Number(state.attributes['supported_features'] ?? 0) & 1) === 0) throw unsupported(call, state);
    }
    await Promise.all(call.targets.map((state) => turn(call, state, via, end)));
  };
}

function unsupported(call: ServiceCall, state: HomeState): Error {
  const name = { domain: call.domain, service: call.service, entity_id: state.entityId };
  return validationError(
    `Entity ${state.entityId} does not support action ${call.domain}.${call.service}`,
    'homeassistant',
    'service_not_supported',
    name,
  );
}

function alarm(end: string, via?: string): ServiceHandler {
  return (call) => {
    for (const state of call.targets) {
      const code = call.data['code'];
      const needed = end === 'disarmed' || state.attributes['code_arm_required'] === true;
      if (needed && String(code ?? '') !== ALARM_CODE) throw validationError('Invalid alarm code provided', 'manual', 'invalid_code', null);
      call.put(state.entityId, via ?? end, { previous_state: state.state, next_state: via ? end : null });
      if (via) call.home.after(state.entityId, 500, () => call.put(state.entityId, end, { next_state: null }));
      else call.home.cancel(state.entityId);
    }
  };
}

/** Locks and alarm panels. */
export const ACCESS_HANDLERS: Readonly<Record<string, ServiceHandler>> = {
  'lock.lock': lockHandler('locking', 'locked'),
  'lock.unlock': lockHandler('unlocking', 'unlocked'),
  'lock.open': lockHandler('opening', 'open'),
  'alarm_control_panel.alarm_disarm': alarm('disarmed'),
  'alarm_control_panel.alarm_arm_home': alarm('armed_home', 'arming'),
  'alarm_control_panel.alarm_arm_away': alarm('armed_away', 'arming'),
  'alarm_control_panel.alarm_arm_night': alarm('armed_night', 'arming'),
  'alarm_control_panel.alarm_arm_vacation': alarm('armed_vacation', 'arming'),
  'alarm_control_panel.alarm_arm_custom_bypass': alarm('armed_custom_bypass', 'arming'),
  'alarm_control_panel.alarm_trigger': (call) =>
    call.targets.forEach((state) => call.put(state.entityId, 'triggered', { previous_state: state.state })),
};
