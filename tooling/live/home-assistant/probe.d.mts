/** What Core answered to a command that it refused. */
export class CommandError extends Error {
  readonly code: string | undefined;
  readonly error: unknown;
}

export interface ProbeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

/** The small, independent WebSocket and REST client of the live scripts and tests. */
export class Probe {
  constructor(options: { readonly url: string; readonly token?: string; readonly timeoutMs?: number });
  connect(): Promise<unknown>;
  rest(method: string, path: string, options?: { readonly body?: unknown; readonly timeoutMs?: number }): Promise<ProbeAnswer>;
  restOk(method: string, path: string, options?: { readonly body?: unknown; readonly timeoutMs?: number }): Promise<unknown>;
  /** @throws CommandError when Core refuses. */
  command(type: string, fields?: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): void;
}
