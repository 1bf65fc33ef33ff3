import type { HomeState } from '../../home/types.ts';
import type { ServiceCall, ServiceHandler } from '../service-call.ts';

function each(act: (call: ServiceCall, state: HomeState) => void): ServiceHandler {
  return (call) => call.targets.forEach((state) => act(call, state));
}

function volume(call: ServiceCall, state: HomeState, level: number): void {
  call.put(state.entityId, undefined, { volume_level: Math.round(Math.max(0, Math.min(1, level)) * 100) / 100 });
}

function level(state: HomeState): number {
  return Number(state.attributes['volume_level'] ?? 0.5);
}

const state = (to: string): ServiceHandler => each((call, entity) => call.put(entity.entityId, to));

/** Cleaning, then home again a little later. */
function vacuumHome(call: ServiceCall, entity: HomeState): void {
  call.put(entity.entityId, 'returning');
  call.home.after(entity.entityId, 1000, () => call.put(entity.entityId, 'docked'));
}

/** Media players, and vacuums, which play the same kind of buttons. */
export const MEDIA_HANDLERS: Readonly<Record<string, ServiceHandler>> = {
  'media_player.turn_on': state('idle'),
  'media_player.turn_off': state('off'),
  'media_player.toggle': each((call, entity) => call.put(entity.entityId, entity.state === 'off' ? 'idle' : 'off')),
  'media_player.media_play': state('playing'),
  'media_player.media_pause': state('paused'),
  'media_player.media_stop': state('idle'),
  'media_player.media_play_pause': each((call, entity) => call.put(entity.entityId, entity.state === 'playing' ? 'paused' : 'playing')),
  'media_player.media_next_track': each((call, entity) => call.put(entity.entityId, 'playing', { media_title: 'Next track' })),
  'media_player.media_previous_track': each((call, entity) => call.put(entity.entityId, 'playing', { media_title: 'Previous track' })),
  'media_player.media_seek': each((call, entity) =>
    call.put(entity.entityId, undefined, { media_position: Number(call.data['seek_position']) }),
  ),
  'media_player.volume_set': each((call, entity) => volume(call, entity, Number(call.data['volume_level']))),
  'media_player.volume_up': each((call, entity) => volume(call, entity, level(entity) + 0.1)),
  'media_player.volume_down': each((call, entity) => volume(call, entity, level(entity) - 0.1)),
  'media_player.volume_mute': each((call, entity) =>
    call.put(entity.entityId, undefined, { is_volume_muted: call.data['is_volume_muted'] }),
  ),
  'media_player.select_source': each((call, entity) => call.put(entity.entityId, undefined, { source: call.data['source'] })),
  'media_player.select_sound_mode': each((call, entity) => call.put(entity.entityId, undefined, { sound_mode: call.data['sound_mode'] })),
  'media_player.shuffle_set': each((call, entity) => call.put(entity.entityId, undefined, { shuffle: call.data['shuffle'] })),
  'media_player.repeat_set': each((call, entity) => call.put(entity.entityId, undefined, { repeat: call.data['repeat'] })),
  'media_player.play_media': each((call, entity) =>
    call.put(entity.entityId, 'playing', {
      media_content_id: call.data['media_content_id'],
      media_content_type: call.data['media_content_type'],
    }),
  ),
  'vacuum.start': state('cleaning'),
  'vacuum.pause': state('paused'),
  'vacuum.stop': state('idle'),
  'vacuum.return_to_base': each(vacuumHome),
  'vacuum.set_fan_speed': each((call, entity) => call.put(entity.entityId, undefined, { fan_speed: call.data['fan_speed'] })),
  'camera.turn_off': state('idle'),
  'camera.turn_on': state('streaming'),
};
