import { newUlid } from '../../home/identifiers.ts';
import { toList } from '../../home/types.ts';
import type { ServiceHandler } from '../service-call.ts';
import { process } from './conversation.ts';

const notifyPanel: ServiceHandler = (call) => {
  const id = String(call.data['notification_id'] ?? newUlid());
  call.home.notify(id, call.data['title'] === undefined ? null : String(call.data['title']), String(call.data['message']));
};

/** Notifications, speech, updates and the rest of the house keeping. */
export const SYSTEM_HANDLERS: Readonly<Record<string, ServiceHandler>> = {
  'persistent_notification.create': notifyPanel,
  'notify.persistent_notification': notifyPanel,
  'persistent_notification.dismiss': (call) => {
    const id = String(call.data['notification_id']);
    call.home.notifications.delete(id);
    call.home.fire('persistent_notifications_updated', { type: 'removed', notifications: { [id]: {} } });
  },
  'persistent_notification.dismiss_all': (call) => call.home.notifications.clear(),
  'notify.send_message': (call) => call.targets.forEach((state) => call.put(state.entityId, new Date().toISOString())),
  'tts.speak': (call) => {
    for (const id of toList(call.data['media_player_entity_id'])) call.put(id, 'playing', { media_title: String(call.data['message']) });
  },
  'homeassistant.update_entity': () => undefined,
  'homeassistant.restart': (call) => call.home.askRestart(),
  'conversation.process': process,
  'update.install': (call) => {
    for (const state of call.targets) {
      call.put(state.entityId, undefined, { in_progress: true });
      call.home.after(state.entityId, 1000, () => {
        call.put(state.entityId, 'off', { in_progress: false, installed_version: state.attributes['latest_version'] });
      });
    }
  },
  'update.skip': (call) =>
    call.targets.forEach((state) => call.put(state.entityId, 'off', { skipped_version: state.attributes['latest_version'] })),
  'update.clear_skipped': (call) => call.targets.forEach((state) => call.put(state.entityId, 'on', { skipped_version: null })),
};
