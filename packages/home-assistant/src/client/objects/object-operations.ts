import { setMaxListeners } from 'node:events';
import { hashOf, nearMisses, type Runtime, refuse } from '@switchyard-mcp/core';
import type { Body } from '../../domain/body.ts';
import { differences } from '../../domain/body-diff.ts';
import type { ChangeJournal } from '../../domain/change-journal.ts';
import type { Home } from '../../domain/model.ts';
import type { BodyChange, ObjectOperations, StoredObject, WriteOptions } from '../../domain/object-operations.ts';
import { type ObjectRef, requireRealKey } from '../../domain/object-ref.ts';
import { isVague, securityActionsOf } from '../../domain/security-actions.ts';
import { diffLines } from '../../format/diff-lines.ts';
import type { Connection } from '../connection.ts';
import type { Guard } from '../guard.ts';
import { createObjectGuard } from '../object-guard.ts';
import type { Policy } from '../policy.ts';
import type { RegistryGuard } from '../registry-guard.ts';
import { visibleEntries } from '../visible-entries.ts';
import { substitute } from './blueprint-calls.ts';
import { fetchBlueprint } from './blueprints.ts';
import { createBodies, mostAtOnce } from './bodies.ts';
import { missing } from './missing-object.ts';
import type { Access, Located, ObjectStore } from './object-store.ts';
import { removeObject, type Writing, writeObject } from './object-writer.ts';
import { findReferences } from './references.ts';
import { entryOf, registryChanges, registryStore } from './registry-objects.ts';
import { chooseStore } from './stores.ts';

export interface ObjectOptions {
  readonly policy: Policy;
  readonly guard: Guard;
  readonly registryGuard: RegistryGuard;
  readonly journal: ChangeJournal;
  readonly runtime: Runtime;
  /** The connection with its picture read. */
  readonly connect: (signal: AbortSignal) => Promise<{ readonly there: Connection; readonly home: Home }>;
  readonly stateOf: Access['stateOf'];
}

/** Bodies that were shown lately: when a hash is stale, what changed since can be told. */
const createMemory = (most = 64): { keep(body: Body, hash: string): void; get(hash: string): Body | undefined } => {
  const bodies = new Map<string, Body>();
  return {
    keep: (body, hash) => {
      bodies.delete(hash);
      bodies.set(hash, body);
      const [oldest] = bodies.keys();
      if (bodies.size > most && oldest !== undefined) bodies.delete(oldest);
    },
    get: (hash) => [...bodies].find(([known]) => known.startsWith(hash))?.[1],
  };
};

const shortest = 6;

/** A body without the words that only people read. */
const deedsIn = ({ alias: _alias, description: _description, icon: _icon, ...deeds }: Body): Body => deeds;

/** One write of an object at a time: two that overlap would both believe that they saw the truth. */
const createQueue = (): (<T>(id: string, act: () => Promise<T>) => Promise<T>) => {
  const tails = new Map<string, Promise<unknown>>();
  return async (id, act) => {
    const before = tails.get(id) ?? Promise.resolve();
    const mine = before.then(act, act);
    tails.set(id, mine);
    try {
      return await mine;
    } finally {
      if (tails.get(id) === mine) tails.delete(id);
    }
  };
};

/** Automations, scripts, scenes, helpers, dashboards and the rest, on a real Home Assistant. */
export const createObjectOperations = (options: ObjectOptions): ObjectOperations => {
  const { policy, guard, registryGuard, journal, connect, stateOf } = options;
  const { clock, writes } = options.runtime;
  const rules = createObjectGuard(policy, guard);
  const memory = createMemory();
  const queued = createQueue();
  const bodies = createBodies(clock);

  const reach = async (signal: AbortSignal): Promise<Access & { readonly there: Connection }> => {
    // Bodies are read many at once, and each waits for the same signal.
    setMaxListeners(2 * mostAtOnce, signal);
    const { there } = await connect(signal);
    const entryVisible = visibleEntries(there.registries, policy);
    const seen = { clock, stateOf, entryVisible, registryVisible: registryGuard.isVisible };
    return { there, socket: there.socket, rest: there.rest(), signal, home: () => there.home(signal), ...seen };
  };

  const shown = (found: Located): StoredObject => {
    const hash = hashOf(found.body);
    memory.keep(found.body, hash);
    return { ...found, hash, editable: found.where === undefined };
  };

  const locate = async (ref: ObjectRef, access: Access, body?: Body): Promise<{ store: ObjectStore; found: Located | undefined }> => {
    const store = await chooseStore(ref, access, body);
    const found = ref.key === '' ? undefined : await store.read(ref, access);
    if (found) rules.checkRead(found.ref, found.body);
    return { store, found };
  };

  const read: ObjectOperations['read'] = async (ref, signal) => {
    const access = await reach(signal);
    const { store, found } = await locate(ref, access);
    if (found) return shown(found);
    const known = await store.list({ ...ref, key: '' }, access).catch(() => []);
    throw missing(
      ref,
      nearMisses(
        ref.id,
        known.map((item) => item.ref.id),
      ),
    );
  };

  const effective = async (ref: ObjectRef, body: Body, access: Access): Promise<Body> =>
    body['use_blueprint'] !== undefined && (ref.kind === 'automation' || ref.kind === 'script') ? substitute(ref.kind, body, access) : body;

  const actsOf = async (ref: ObjectRef, body: Body, access: Access): Promise<readonly string[]> =>
    securityActionsOf(ref, await effective(ref, body, access), stateOf);

  const newActs = async (ref: ObjectRef, { before, after }: BodyChange, access: Access): Promise<readonly string[]> => {
    const acts = await actsOf(ref, after, access);
    if (acts.length === 0 || before === undefined) return acts;
    const old = new Set(await actsOf(ref, before, access).catch(() => []));
    const sameDeeds = hashOf(deedsIn(before)) === hashOf(deedsIn(after));
    return acts.filter((act) => !old.has(act) || (isVague(act) && !sameDeeds));
  };

  const checkExpected = (ref: ObjectRef, found: Located | undefined, { expected }: WriteOptions): void => {
    const hash = found ? hashOf(found.body) : undefined;
    if (expected === 'absent' ? found === undefined : hash?.startsWith(expected) && expected.length >= shortest) return;
    if (!found || hash === undefined) throw missing(ref, []);
    const known = expected === 'absent' ? undefined : memory.get(expected);
    const since = known === undefined ? [] : diffLines(differences(known, found.body), 4);
    throw refuse(
      'conflict',
      expected === 'absent'
        ? `${ref.id} exists already.`
        : `${ref.id} was changed meanwhile: its hash is ${hash.slice(0, 8)}, not ${expected.slice(0, 8)}.`,
      {
        ...(since.length > 0 ? { why: `Since then: ${since.join('; ')}` } : {}),
        next: [`Read it again with ha_get_config id="${ref.id}" and build on what is there.`],
      },
    );
  };

  const requireEditable = (found: Located): void => {
    if (found.where === undefined) return;
    throw refuse('unsupported', `${found.ref.id} cannot be edited here.`, {
      why: found.where,
      next: ['Show the person what to write into that file, and reload it afterwards.'],
    });
  };

  /** An entry of a registry obeys the same rules on every way to it. */
  const checkRegistry = (found: Located | undefined, body: Body, { approval }: WriteOptions): void => {
    if (found) registryGuard.checkUpdate(entryOf(found), registryChanges(found.body, body), approval);
    else registryGuard.checkCreate(body);
  };

  const writing = (store: ObjectStore, access: Access, options: WriteOptions): Writing => ({ store, access, journal, writes, options });

  const writeNow = async (ref: ObjectRef, body: Body, options: WriteOptions): ReturnType<ObjectOperations['write']> => {
    guard.requireLevel('configure', `Changing ${ref.id}`);
    const access = await reach(options.signal);
    const { store, found } = await locate(ref, access, body);
    checkExpected(ref, found, options);
    if (found) requireEditable(found);
    else requireRealKey(ref);
    const acts = await newActs(ref, { before: found?.body, after: body }, access);
    rules.checkWrite(ref, {
      effective: [body, await effective(ref, body, access)],
      acts,
      approval: options.approval,
      comesBack: options.comesBack === true || options.undoes !== undefined,
    });
    if (store === registryStore) checkRegistry(found, body, options);
    const { stored, change, notes } = await writeObject(ref, found, body, writing(store, access, options));
    bodies.outdate(ref.kind);
    return { object: shown(stored), change, notes };
  };

  const removeNow = async (ref: ObjectRef, options: WriteOptions): ReturnType<ObjectOperations['remove']> => {
    guard.requireLevel('configure', `Deleting ${ref.id}`);
    const access = await reach(options.signal);
    const { store, found } = await locate(ref, access);
    if (!found) throw missing(ref, []);
    checkExpected(ref, found, options);
    requireEditable(found);
    if (store === registryStore) registryGuard.checkRemoval(entryOf(found));
    const removed = await removeObject(found, writing(store, access, options));
    bodies.outdate(ref.kind);
    return removed;
  };

  return {
    list: async (kind, signal) => {
      const access = await reach(signal);
      return (await chooseStore(kind, access)).list(kind, access);
    },
    read,
    validate: async (ref, body, signal) => {
      const access = await reach(signal);
      const store = await chooseStore(ref, access, body);
      return (await store.validate?.(ref, body, access)) ?? [];
    },
    newSecurityActs: async (ref, change, signal) => {
      guard.requireLevel(ref.kind === 'integration' ? 'admin' : 'configure', `Changing ${ref.id}`);
      const access = await reach(signal);
      // Nobody is asked to agree to what would then be refused.
      if (change.comesBack === true) rules.checkRead(ref, change.after);
      else rules.checkNames(ref, change.after);
      const acts = await newActs(ref, change, access);
      if (acts.length > 0) rules.checkForbidden(ref, acts);
      return acts;
    },
    forbids: async (ref, body, signal) => {
      if (!policy.restricted) return undefined;
      return rules.reachOf(ref, [body, await effective(ref, body, await reach(signal))]);
    },
    write: (ref, body, options) => queued(ref.id, () => writeNow(ref, body, options)),
    remove: (ref, options) => queued(ref.id, () => removeNow(ref, options)),
    lostByRemoval: async (ref, signal) => {
      const access = await reach(signal);
      const { store, found } = await locate(ref, access);
      // Nobody is asked to agree to what would then be refused.
      if (found && store === registryStore) registryGuard.checkRemoval(entryOf(found));
      return found && found.where === undefined ? ((await store.hiddenSettings?.(found, access)) ?? []) : [];
    },
    references: async (ref, signal) => {
      const access = await reach(signal);
      return findReferences(ref, access, await bodies.all(access, access.there));
    },
    bodies: async (signal, kinds) => {
      const access = await reach(signal);
      const all = await bodies.all(access, access.there, kinds);
      return policy.restricted ? all.filter(({ body }) => !guard.mentionsHidden(body)) : all;
    },
    withoutBlueprint: async (ref, body, signal) => substitute(ref.domain, body, await reach(signal)),
    fetchBlueprint: async (url, signal) => {
      guard.requireLevel('configure', 'Importing a blueprint');
      return fetchBlueprint(url, await reach(signal));
    },
  };
};
