import type { Refusal } from '../cloud/acts.ts';
import type { Place } from '../cloud/cloud.ts';
import { ARMED } from '../cloud/system-data.ts';
import { type Answer, json, refusal } from '../http/answer.ts';
import { type Json, parseObject } from '../json.ts';
import type { ApiRequest, Route } from './route.ts';

type Act = (asked: ApiRequest, place: Place, body: Json) => Refusal;

/** What can be changed. An accepted command is answered before anything has happened. */
export const CONTROL_ROUTES: readonly Route[] = [
  { method: 'PUT', pattern: '{panid}/{parid}/armedstates', answer: armedStates },
  { method: 'PUT', pattern: '{panid}/{parid}/locks/{id}', answer: command(['door_lock_device'], lock) },
  { method: 'PUT', pattern: '{panid}/{parid}/door/{id}', answer: command(['garage_door_device'], door) },
  { method: 'PUT', pattern: '{panid}/{parid}/sensors/{id}', answer: command(['wireless_sensor'], bypass) },
  {
    method: 'PUT',
    pattern: '{panid}/{parid}/switches/{id}',
    answer: command(['binary_switch_device', 'multilevel_switch_device', 'multilevel_switch_ip_device', 'group_device'], light),
  },
  { method: 'PUT', pattern: '{panid}/{parid}/thermostats/{id}', answer: command(['thermostat_device'], thermostat) },
  { method: 'POST', pattern: '{panid}/{parid}/alarm', answer: panic },
  { method: 'POST', pattern: 'systems/{panid}/system-update', answer: panelChore },
  { method: 'POST', pattern: 'systems/{panid}/reboot-panel', answer: panelChore },
];

function lock({ acts, account }: ApiRequest, place: Place, body: Json): Refusal {
  return acts.lock(place, body, account.name);
}
function door({ acts, account }: ApiRequest, place: Place, body: Json): Refusal {
  return acts.door(place, body, account.name);
}
function bypass({ acts, account }: ApiRequest, place: Place, body: Json): Refusal {
  return acts.bypass(place, body, account.name);
}
function light({ acts, account }: ApiRequest, place: Place, body: Json): Refusal {
  return acts.light(place, body, account.name);
}
function thermostat({ acts, account }: ApiRequest, place: Place, body: Json): Refusal {
  return acts.thermostat(place, body, account.name);
}

function command(types: readonly string[], act: Act): Route['answer'] {
  return (asked) => {
    const body = parseObject(asked.request.body);
    if (!body) return refusal(400, 'The body is not a JSON object', { msg_id: 'invalid_body', code: 400 });
    const { place } = asked;
    if (!place || !types.includes(place.device.t)) return refusal(404, 'No such device');
    if (body['_id'] !== undefined && body['_id'] !== place.device._id) return refusal(400, 'invalid field _id');
    const refused = act(asked, place, body);
    return refused === undefined ? json({}) : refusal(400, refused, { source: 'platform', code: 400 });
  };
}

function armedStates({ request, partition, panelId, arming, faults, account }: ApiRequest): Answer {
  const body = parseObject(request.body);
  const state = body?.['armState'];
  if (!body || !partition || (state !== ARMED.disarmed && state !== ARMED.armedStay && state !== ARMED.armedAway)) {
    return refusal(400, 'invalid field armState: 0, 3 or 4 is needed');
  }
  const named = [body['system'] ?? body['systemId'] ?? panelId, body['partitionId'] ?? partition.parid];
  if (Number(named[0]) !== panelId || Number(named[1]) !== partition.parid) return refusal(400, 'The body names another partition');
  if (faults.ignores('armedstates')) return json({});
  const refused = arming.set(panelId, partition, { state, force: body['forceArm'] === true, by: account.name });
  return refused === undefined ? json({}) : refusal(400, refused, { source: 'panel', msg_id: 'arm_refused', code: 400 });
}

function panic({ panelId, partition, arming, account }: ApiRequest): Answer {
  if (partition) arming.alarm(panelId, partition, ARMED.alarm, account.name);
  return json({ status: 'ok' });
}

function panelChore({ admin }: ApiRequest): Answer {
  return admin ? json({ status: 'ok' }) : refusal(403, 'Only administrators may do this', { code: 403 });
}
