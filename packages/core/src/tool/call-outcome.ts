import type { ToolErrorFields } from '../errors/tool-error.ts';
import type { ConfirmationRequest, ReplyImage, ReportProgress } from './define-tool.ts';

/** How a call ended. The transport turns it into its own words. */
export type CallOutcome =
  | { readonly kind: 'reply'; readonly data: Record<string, unknown>; readonly images: readonly ReplyImage[] }
  | { readonly kind: 'error'; readonly text: string; readonly structured: { readonly error: ToolErrorFields } }
  /** A person must be asked; `askedState` comes back with the answer. */
  | { readonly kind: 'ask'; readonly message: string; readonly request: ConfirmationRequest; readonly askedState: string };

/** What the transport knows of one call. */
export interface CallRequest {
  readonly signal: AbortSignal;
  /** Can this client ask its person? Unknown means no. */
  readonly canAsk: boolean;
  /** The person's answer to the question of an earlier round. */
  readonly answer?: 'accept' | 'decline' | 'cancel' | undefined;
  readonly askedState?: string | undefined;
  readonly progress?: ReportProgress | undefined;
}
