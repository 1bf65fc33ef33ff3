export { createHoldOff, type HoldOff, type HoldOffOptions } from './hold-off.ts';
export { createKeepAlive, type KeepAlive, type KeepAliveOptions } from './keep-alive.ts';
export { createRequestHold, type RequestHold, type RequestHoldOptions } from './request-hold.ts';
export { createSession, type Session, type SessionStatus } from './session.ts';
export type { SessionOptions } from './session-options.ts';
export { createTokenImport, type TokenImport, type TokenImportOptions } from './token-import.ts';
export { tokensKey } from './token-store.ts';
