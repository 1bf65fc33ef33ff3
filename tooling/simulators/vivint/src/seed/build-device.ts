import { GARAGE } from '../cloud/system-data.ts';
import type { Seeded } from './system-builder.ts';
import type { CameraTruth, GarageTruth, LockTruth, OtherTruth, PanelTruth, SwitchTruth } from './truth.ts';

const ZWAVE = { zpd: true, manid: 144, prtid: 1, prid: 1, nid: 7, op: 1, opc: 3, opfc: 0, hwv: 1 };

export function lock(facts: Partial<Omit<LockTruth, 'class'>> = {}): Seeded {
  const truth: LockTruth = {
    class: 'lock',
    locked: true,
    online: true,
    batteryPercent: 90,
    lowBattery: false,
    batteryTooLowToOperate: false,
    autoLockSeconds: null,
    tampered: false,
    ...facts,
  };
  return {
    truth,
    make: ({ secret }) => ({
      t: 'door_lock_device',
      act: 'kwikset_910_door_lock_device',
      s: truth.locked,
      ol: truth.online,
      bl: truth.batteryPercent,
      lb: truth.lowBattery,
      battery_level_very_low_warning: truth.batteryPercent < 10,
      battery_level_too_low_to_operate_device: truth.batteryTooLowToOperate,
      auloen: truth.autoLockSeconds !== null,
      aulots: truth.autoLockSeconds ?? 30,
      ta: truth.tampered,
      ucl: [1, 2],
      avsl: [3, 4, 5],
      lede: true,
      auen: true,
      dt: 0,
      ser: secret.number(),
      csv: '4.10',
      caca: [{ t: 7, ca: [30, 75], ca_vals: {} }],
      fea: { any_lock_selection: true },
      ...ZWAVE,
    }),
  };
}

export function garage(facts: Partial<Omit<GarageTruth, 'class'>> = {}): Seeded {
  const truth: GarageTruth = { class: 'garage', state: 'closed', online: true, ...facts };
  return {
    truth,
    make: () => ({
      t: 'garage_door_device',
      act: 'garage_door_device',
      s: GARAGE[truth.state],
      ol: truth.online,
      caca: [{ t: 9, ca: [71], ca_vals: {} }],
      fea: null,
      ...ZWAVE,
      prid: 2,
    }),
  };
}

const SWITCH_TYPES = {
  'on-off': 'binary_switch_device',
  dimmer: 'multilevel_switch_device',
  hue: 'multilevel_switch_ip_device',
  group: 'group_device',
} as const;

/** A switch or light; `members` are the devices of a group. */
export function light(
  kind: SwitchTruth['kind'],
  facts: Partial<Omit<SwitchTruth, 'class' | 'kind'>> & { members?: number[] } = {},
): Seeded {
  const { members, ...said } = facts;
  const levelPercent = kind === 'on-off' ? null : said.on ? 100 : 0;
  const truth: SwitchTruth = { class: 'switch', kind, on: false, levelPercent, online: true, ...said };
  return {
    truth,
    make: () => ({
      t: SWITCH_TYPES[kind],
      act: SWITCH_TYPES[kind],
      s: truth.on,
      ol: truth.online,
      ...(truth.levelPercent === null ? {} : { val: truth.levelPercent }),
      ...(members ? { members } : {}),
      caca: [{ t: 3, ca: kind === 'on-off' ? [7] : [7, 8], ca_vals: {} }],
      fea: null,
      ...(kind === 'on-off' || kind === 'dimmer' ? ZWAVE : {}),
    }),
  };
}

const CAMERAS = {
  doorbell: { act: 'vivint_dbc350_camera_device', ca: [1, 2, 3, 5, 6, 15, 16, 39, 45, 60, 62], category: 2 },
  outdoor: { act: 'vivint_odc350_camera_device', ca: [1, 3, 5, 6, 15, 16, 41, 42, 45, 60, 62], category: 1 },
  indoor: { act: 'vivint_idc350_camera_device', ca: [1, 3, 5, 6, 15, 16, 60, 62], category: 1 },
};

export function camera(kind: CameraTruth['kind'], facts: Partial<Omit<CameraTruth, 'class' | 'kind'>> = {}): Seeded {
  const truth: CameraTruth = {
    class: 'camera',
    kind,
    online: true,
    privacy: false,
    clipOnMotion: true,
    deterring: false,
    chimeExtender: false,
    nightVision: true,
    resolution: '1920x1080',
    wifiPercent: 74,
    ...facts,
  };
  const { act, ca, category } = CAMERAS[kind];
  return {
    truth,
    make: ({ id, secret, now }) => ({
      t: 'camera_device',
      act,
      ol: truth.online,
      s: 0,
      ...secret.camera(id),
      cda: true,
      cpri: truth.privacy,
      ccom: truth.clipOnMotion,
      ccore: kind === 'doorbell',
      ccove: kind === 'doorbell',
      cex: truth.chimeExtender,
      cxs: false,
      deter_on_duty: truth.deterring,
      cir: true,
      cled: true,
      nv: truth.nightVision ? 1 : 0,
      cra: true,
      hdr: truth.resolution,
      sdr: '640x360',
      frate: 15,
      vql: 3,
      brt: 50,
      wiss: truth.wifiPercent,
      rssi: -58,
      ctd: now,
      sv: '1.8.4.210',
      ccas: 100,
      neas: truth.online ? 100 : 0,
      noas: 100,
      sas: 100,
      uses_dvr: false,
      nhe: true,
      nhh: truth.online,
      dng: false,
      caca: [{ t: category, ca, ca_vals: {} }],
      fea: { video_thumbnails: true, deter: kind !== 'indoor', rb: true },
    }),
  };
}

export function panel(facts: Partial<Omit<PanelTruth, 'class'>> = {}): Seeded {
  const truth: PanelTruth = { class: 'panel', online: true, mainsPower: true, batteryBad: false, internet: true, ...facts };
  return {
    truth,
    make: ({ secret, now }) => ({
      t: 'primary_touch_link_device',
      act: 'primary_touch_link_device',
      pant: 3,
      s: 0,
      ol: truth.online,
      acpow: truth.mainsPower,
      can_reboot: true,
      csv: '4.9.1.30412',
      battery_report_v2: { vo: 4.1, tc: 24, bad_battery: truth.batteryBad },
      cell_signal_strength: 61,
      wast: -47,
      pnlconn: truth.internet ? 80 : 50,
      suas: 0,
      sus: 0,
      last_successful_update_info: { ts: now },
      ser: secret.text('panel-serial'),
      caca: [{ t: 6, ca: [62], ca_vals: {} }],
      fea: { rb: true },
    }),
  };
}

/** Key fobs, keypads, extenders, services: what is only there. */
export function other(type: string, facts: Partial<Omit<OtherTruth, 'class'>> = {}): Seeded {
  const truth: OtherTruth = { class: 'other', shown: true, online: null, lowBattery: null, ...facts };
  return {
    truth,
    make: () => ({
      t: type,
      act: type,
      ...(truth.online === null ? {} : { ol: truth.online }),
      ...(truth.lowBattery === null ? {} : { lb: truth.lowBattery }),
      hidden: !truth.shown,
    }),
  };
}
