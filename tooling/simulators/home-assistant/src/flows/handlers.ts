import type { FlowHandler } from './flow-handler.ts';
import { HELPER_FLOWS } from './helper-flows.ts';
import { HUB_FLOWS } from './hub-flows.ts';
import { LIST_FLOWS } from './list-flows.ts';

/** Integrations that can be set up here. */
export const FLOW_HANDLERS: Readonly<Record<string, FlowHandler>> = { ...HELPER_FLOWS, ...HUB_FLOWS, ...LIST_FLOWS };
