import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One call of ours. `keep` takes values of its reply by JSON Pointer; "$name" in later arguments stands for them. */
export interface PeerCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly keep?: Readonly<Record<string, string>>;
}

/** A tool of a peer and what does the same here, or why nothing does. */
export interface PeerRow {
  readonly peer: string;
  readonly tool: string;
  readonly calls?: readonly PeerCall[];
  /** What the last reply must hold. */
  readonly shows?: string;
  /** The simulated home it needs, when it is not the ordinary one. */
  readonly home?: 'supervisor';
  readonly note?: string;
  readonly left_out?: string;
}

interface Peers {
  readonly peers: Readonly<Record<string, { readonly title: string; readonly tools: number }>>;
  readonly rows: readonly PeerRow[];
}

/** The table behind docs/peers-home-assistant.md. */
export const peers = JSON.parse(readFileSync(fileURLToPath(new URL('./peers.json', import.meta.url)), 'utf8')) as Peers;
