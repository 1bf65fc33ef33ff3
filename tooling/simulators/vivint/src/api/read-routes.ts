import { writeTime } from '../clock.ts';
import { type Answer, json, page, redirect, refusal } from '../http/answer.ts';
import { copy } from '../json.ts';
import type { ApiRequest, Route } from './route.ts';

/** What can be read. */
export const READ_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: 'authuser', answer: authuser },
  { method: 'GET', pattern: 'systems/{panid}', answer: wholeSystem },
  { method: 'GET', pattern: 'system/{panid}/device/{id}', answer: oneDevice },
  { method: 'GET', pattern: 'panel-login/{panid}', answer: ({ cloud, panelId }) => json(cloud.systems.get(panelId)?.panelLogin) },
  { method: 'GET', pattern: 'systems/{panid}/system-update', answer: systemUpdate },
  { method: 'GET', pattern: '{panid}/{parid}/history', answer: history },
  { method: 'GET', pattern: '{panid}/{parid}/{id}/request-camera-thumbnail', answer: requestThumbnail },
  { method: 'GET', pattern: '{panid}/{parid}/{id}/camera-thumbnail', answer: thumbnail },
];

function authuser({ account, cloud, clock }: ApiRequest): Answer {
  const system = account.systems.flatMap(({ panelId, admin }) => {
    const known = cloud.systems.get(panelId);
    if (!known) return [];
    const par = known.data.par.map(({ _id, panid, parid, s }) => ({ _id, panid, parid, s }));
    return [{ panid: panelId, sn: known.nickname, ad: admin, par, add: known.data['add'] }];
  });
  const u = {
    _id: account.userId,
    n: account.name,
    e: account.username,
    mbc: account.channel,
    pngid: `ping-${account.userId}`,
    ghome: false,
    grpid: [],
    stg: {},
    ts: writeTime(clock.now()),
    smarthomesystem: [],
    rsystem: [],
    system,
  };
  return json({ u, rs: 'relay.example.test', is_read_only: false, keep_signed_in: true });
}

function wholeSystem({ cloud, panelId, faults }: ApiRequest): Answer {
  const status = faults.brokenSystems.get(panelId);
  if (status !== undefined) return refusal(status, 'The system cannot be read');
  const system = copy(cloud.systems.get(panelId)?.data);
  const list = faults.deviceLists.get(panelId);
  if (system === undefined || list === undefined) return json({ system });
  const par = system.par.map(({ d: _devices, ...partition }) =>
    list === 'missing' ? partition : { ...partition, d: list === 'empty' ? [] : {} },
  );
  return json({ system: { ...system, par } });
}

function oneDevice({ place, panelId }: ApiRequest): Answer {
  const { partition, device } = place ?? {};
  return json({ system: { panid: panelId, par: [{ _id: partition?._id, parid: partition?.parid, panid: panelId, d: [copy(device)] }] } });
}

function systemUpdate({ admin }: ApiRequest): Answer {
  if (!admin) return refusal(403, 'Only administrators may do this', { code: 403, source: 'platform' });
  return json({ av: false, asv: '', csv: '4.9.1.30412', rsn: '' });
}

function history({ cloud, request, panelId, partition, clock }: ApiRequest): Answer {
  const failures = {
    unauthorized: page(401, '401 Authorization Required'),
    forbidden: refusal(403, 'Forbidden'),
    missing: page(404, '404 Not Found'),
    html: { ...page(200, 'Vivint Sky'), text: '<!doctype html><html><body><div id="app"></div></body></html>' },
  };
  const { mode } = cloud.history;
  if (mode in failures) return failures[mode as keyof typeof failures];
  const place = { panelId, partitionId: partition?.parid ?? 0 };
  if (cloud.history.missingAt.has(`${panelId}/${place.partitionId}`)) return failures.missing;
  return json({ his: cloud.history.page(place, request.query, clock.now()) });
}

function requestThumbnail({ place, acts }: ApiRequest): Answer {
  if (place?.device.t !== 'camera_device') return refusal(404, 'No such camera');
  acts.thumbnail(place);
  return json({});
}

function thumbnail({ place, request, panelId, mediaUrl, signPicture }: ApiRequest): Answer {
  if (place?.device.t !== 'camera_device') return refusal(404, 'No such camera');
  const timeMs = Number(request.query.get('time'));
  const taken = Date.parse(`${String(place.device['ctd']).replace(/Z$/, '')}Z`);
  // The cloud keeps milliseconds of what it wrote in microseconds.
  if (!(Math.abs(timeMs - taken) <= 1)) return refusal(404, 'No thumbnail of this time');
  return redirect(`${mediaUrl()}${signPicture(panelId, place.device._id, timeMs)}`);
}
