import type { Approval } from '@switchyard-mcp/core';
import type { RawRequest } from './raw-kind.ts';

/** The way past all other tools. Level, approval and the allow and deny lists hold here too; off unless the settings switch it on. */
export interface RawOperations {
  /** Refuses a write that would be refused whoever agreed to it, so that nobody is asked for nothing. Nothing is sent. */
  check(request: RawRequest, signal: AbortSignal): Promise<void>;
  /**
   * Sends one request and gives Home Assistant's answer, with what stands under names of secrets masked. A write is sent once.
   * @throws ToolError permission_denied when it is off, or when lists are in force and request or answer touch what they hide.
   */
  send(
    request: RawRequest,
    options: { readonly approval?: Approval | undefined; readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<unknown>;
}
