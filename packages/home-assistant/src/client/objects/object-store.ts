import { type Clock, type InputIssue, refuse, type ToolError } from '@switchyard-mcp/core';
import { isRecord } from '@switchyard-mcp/core/json';
import type { Body } from '../../domain/body.ts';
import { pointerOf, valueAt } from '../../domain/json-pointer.ts';
import type { EntityState, Home } from '../../domain/model.ts';
import type { ObjectSummary } from '../../domain/object-operations.ts';
import type { ObjectRef } from '../../domain/object-ref.ts';
import type { RegistryRef } from '../../domain/registry-operations.ts';
import type { RestApi } from '../rest.ts';
import type { HomeSocket } from '../socket.ts';

/** What a store may use for one call. */
export interface Access {
  readonly socket: HomeSocket;
  readonly rest: RestApi;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The picture as it is now. */
  home(): Promise<Home>;
  stateOf(entityId: string): EntityState | undefined;
  /** May this config entry be told of? */
  entryVisible(entryId: string): boolean;
  /** And this entry of a registry? */
  registryVisible(ref: RegistryRef): boolean;
}

/** An object as its store found it. */
export interface Located {
  readonly ref: ObjectRef;
  readonly key: string;
  readonly name: string;
  readonly body: Body;
  /** When it cannot be edited: why, and where it lives. */
  readonly where?: string;
}

/** One kind of objects behind one API. Guard, journal and readback are the caller's. */
export interface ObjectStore {
  list(ref: ObjectRef, access: Access): Promise<readonly ObjectSummary[]>;
  /** Undefined when there is none. */
  read(ref: ObjectRef, access: Access): Promise<Located | undefined>;
  /** What Home Assistant would say, as far as it can be asked without writing. */
  validate?(ref: ObjectRef, body: Body, access: Access): Promise<readonly InputIssue[]>;
  /** The key that a new one will be stored under, where the caller chooses it. */
  newKey?(ref: ObjectRef, body: Body, access: Pick<Access, 'clock'>): string;
  /** Makes a new one under the key, where it may be chosen. Answers where it is now. */
  create(ref: ObjectRef, body: Body, access: Access, key?: string): Promise<ObjectRef>;
  /** Where the object with a key is now, whatever it is called. */
  find(ref: ObjectRef, key: string, access: Access): Promise<ObjectRef | undefined>;
  /** Settings that its body does not show, without which it could not be made again. */
  hiddenSettings?(found: Located, access: Access): Promise<readonly string[]>;
  /** What goes with an object when it is removed, beside its body; kept to be put back. */
  readExtras?(found: Located, access: Access): Promise<Body | undefined>;
  /** Puts it back. Answers where the object is now. */
  restoreExtras?(ref: ObjectRef, extras: Body, access: Access): Promise<ObjectRef>;
  replace(found: Located, body: Body, access: Access): Promise<void>;
  remove(found: Located, access: Access): Promise<void>;
}

const brief = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
};

/** The place that a reason names at its end: "… (at actions.0.delay)" as cleaned from older versions, "… at 'actions[0].delay'" in newer ones. */
const placeAtEnd = /\s*(?:\(at ([^()]*)\)| at '([^']*)')\s*\.?\s*$/;

/** A reason of Home Assistant as an issue of the body that was sent, below `root`. */
export const issueOf = (reason: string, body: unknown, root: readonly string[] = []): InputIssue => {
  const match = placeAtEnd.exec(reason);
  const place = (match?.[1] ?? match?.[2] ?? '').split(/[.[\]]+/).filter(Boolean);
  const keys = [...root, ...place];
  // A missing key is not there to be shown: its nearest parent is.
  for (let length = keys.length; length >= 0; length -= 1) {
    const path = pointerOf(keys.slice(0, length));
    try {
      const got = valueAt(body, path);
      return { path, got: brief(got), expected: `what Home Assistant takes; it says: ${reason.slice(0, match?.index)}` };
    } catch {
      // Look one step higher.
    }
  }
  return { path: '', got: brief(body), expected: reason };
};

const actionFields = 'correct the body and call again; ha_describe_action tells the fields of an action.';

/** Home Assistant looked at a body and said no; nothing was stored. */
export const refusedBody = (what: string, issues: readonly InputIssue[], next = actionFields): ToolError =>
  refuse('invalid_input', `Home Assistant does not take this ${what}.`, { issues, next: [next] });

/** A body without some keys. */
export const without = (body: Body, ...keys: readonly string[]): Body =>
  Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));

/** An answer that must be an object. */
export const bodyOf = (value: unknown): Body | undefined => (isRecord(value) ? value : undefined);
