export type { Accept, BodyOf, HttpAnswer } from './answer.ts';
export { type ConnectionCause, type ConnectionNames, connectionCause } from './connection-cause.ts';
export type { TlsOptions } from './dispatcher.ts';
export { createHttpClient, type HttpClient, type HttpClientOptions, type HttpMethod, type HttpRequest } from './http-client.ts';
export { path } from './path.ts';
export { retryAfterMs } from './retry-delay.ts';
export { type BadStatus, type StatusContext, statusError } from './status-error.ts';
export type { Query } from './target-url.ts';
