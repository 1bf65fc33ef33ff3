type Fields = Record<string, unknown>;

/** What Core refused. */
export class CommandError extends Error {
  readonly code: string | undefined;
  readonly error: unknown;
}

/** The independent witness of live scripts and tests; see probe.mjs. */
export class Probe {
  constructor(options: { readonly url: string; readonly token?: string; readonly timeoutMs?: number });
  rest(method: string, path: string, options?: Fields): Promise<{ status: number; contentType: string; body: unknown }>;
  restOk(method: string, path: string, options?: Fields): Promise<unknown>;
  connect(): Promise<unknown>;
  command(type: string, fields?: Fields): Promise<unknown>;
  exchange(message: Fields): Promise<Fields>;
  subscribe(message: Fields, onEvent: (event: unknown) => void): Promise<() => Promise<void>>;
  collect(message: Fields, count: number, waitMs?: number): Promise<unknown[]>;
  close(): void;
}
