import { ACCESS_HANDLERS } from './domains/access.ts';
import { CLIMATE_HANDLERS } from './domains/climate.ts';
import { COVER_HANDLERS } from './domains/cover.ts';
import { HELPER_HANDLERS } from './domains/helper.ts';
import { LIST_HANDLERS } from './domains/list.ts';
import { MEDIA_HANDLERS } from './domains/media.ts';
import { RUN_HANDLERS } from './domains/run.ts';
import { SWITCH_HANDLERS } from './domains/switch.ts';
import { SYSTEM_HANDLERS } from './domains/system.ts';
import type { ServiceHandler } from './service-call.ts';

/** Every handler by `domain.service`; `domain.*` takes what is left. A service without one is accepted and does nothing. */
export const HANDLERS: Readonly<Record<string, ServiceHandler>> = {
  ...ACCESS_HANDLERS,
  ...CLIMATE_HANDLERS,
  ...COVER_HANDLERS,
  ...HELPER_HANDLERS,
  ...LIST_HANDLERS,
  ...MEDIA_HANDLERS,
  ...RUN_HANDLERS,
  ...SWITCH_HANDLERS,
  ...SYSTEM_HANDLERS,
};
