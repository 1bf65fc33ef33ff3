import { spanWords } from '@switchyard-mcp/core';
import { type BrokenReference, brokenAmong, existingIn } from '../broken-references.ts';
import { itemIdOf } from '../explain.ts';
import type { LogRecord, RunSummary } from '../insight-operations.ts';
import type { Entity } from '../model.ts';
import type { ObjectBody } from '../object-operations.ts';
import { storageHelpers } from '../object-ref.ts';
import { type ScannedBody, scanReferences } from '../scan-references.ts';
import { wrongTypes } from '../wrong-types.ts';
import { groupBy } from './device-faults.ts';
import { type Fault, listed } from './fault.ts';
import type { HomeFacts } from './home-facts.ts';

interface Named {
  readonly referrer: ObjectBody;
  readonly reference: BrokenReference;
}

const whatIs = ({ kind, id }: Pick<BrokenReference, 'kind' | 'id'>): string =>
  kind === 'entity' || kind === 'service' ? id : `${kind}:${id}`;

const referenceFault = (named: readonly Named[]): readonly Fault[] => {
  const [first] = named;
  if (first === undefined) return [];
  const { reference } = first;
  const places = named.map(({ referrer, reference: { pointer } }) => `${referrer.ref.id} ${pointer}`);
  const how = reference.problem === 'disabled' ? 'is disabled' : 'does not exist';
  const acts = named.some(({ referrer }) => referrer.ref.kind !== 'dashboard');
  return [
    {
      section: 'references',
      severity: acts && reference.problem === 'unknown' ? 'error' : 'warning',
      subject: whatIs(reference),
      detail: `${reference.kind === 'service' ? 'action ' : ''}${how}; named in ${listed(places, 2)}`,
      ...(reference.problem === 'unknown' ? { missing: { kind: reference.kind, id: reference.id } } : {}),
    },
  ];
};

interface Scanned {
  readonly referrer: ObjectBody;
  readonly scan: ScannedBody;
}

/** What is not there is one fault, however many name it. */
const referenceFaults = ({ home, services }: HomeFacts, scanned: readonly Scanned[]): readonly Fault[] => {
  const existing = existingIn(
    home,
    services,
    scanned.map(({ referrer: { body } }) => body),
  );
  const named = scanned.flatMap(({ referrer, scan }) => brokenAmong(scan, existing).map((reference) => ({ referrer, reference })));
  return [...groupBy(named, ({ reference }) => `${reference.kind} ${reference.id}`).values()].flatMap(referenceFault);
};

const typeFaults = ({ home, bodies }: HomeFacts): readonly Fault[] =>
  (bodies ?? [])
    .filter(({ ref }) => ref.kind === 'automation' || ref.kind === 'script')
    .flatMap(({ ref, body }) =>
      wrongTypes(home, body).map(
        ({ pointer, problem }): Fault => ({ section: 'types', severity: 'error', subject: ref.id, detail: `${problem} (${pointer})` }),
      ),
    );

const lastText = (logs: readonly LogRecord[], entity: Entity): string | undefined => {
  const mentions = (text: string): boolean => text.includes(entity.entityId) || text.includes(`'${entity.name}'`);
  const found = [...logs].sort((a, b) => b.lastAt - a.lastAt).flatMap(({ messages }) => [...messages].reverse().filter(mentions));
  return found[0]?.replace(/\s+/g, ' ').slice(0, 220);
};

const brokenEntity = (entity: Entity, { logs, nowMs }: HomeFacts): Fault => {
  const since = spanWords(nowMs - (entity.state?.lastChangedAt ?? nowMs));
  const gone = entity.state?.attributes['restored'] === true;
  const why = lastText(logs ?? [], entity);
  const how = gone ? 'its configuration is gone, the entity was left' : 'Home Assistant could not set it up';
  return { section: 'automations', severity: 'error', subject: entity.entityId, detail: `unavailable for ${since}: ${why ?? how}` };
};

const failingFault = (entity: Entity, runs: readonly RunSummary[], nowMs: number): readonly Fault[] => {
  const newest = runs.find(({ outcome }) => outcome !== 'running');
  if (newest?.outcome !== 'error') return [];
  const failed = runs.filter(({ outcome }) => outcome === 'error').length;
  const detail = `last run failed ${spanWords(nowMs - newest.startedAt)} ago (${failed} of the last ${runs.length}): ${(newest.error ?? 'no reason kept').slice(0, 200)}`;
  return [{ section: 'automations', severity: 'error', subject: entity.entityId, detail }];
};

const automationFaults = (facts: HomeFacts): readonly Fault[] => {
  const { home, runs, nowMs } = facts;
  const runnable = [...home.entities.values()].filter(
    ({ domain, disabled }) => !disabled && (domain === 'automation' || domain === 'script'),
  );
  const runsOf = groupBy(runs ?? [], (run) => `${run.domain} ${run.itemId}`);
  return runnable.flatMap((entity) => {
    if (entity.state?.state === 'unavailable') return [brokenEntity(entity, facts)];
    return failingFault(entity, runsOf.get(`${entity.domain} ${itemIdOf(entity) ?? ''}`) ?? [], nowMs);
  });
};

const notes = ({ home, bodies }: HomeFacts, scanned: readonly Scanned[]): readonly Fault[] => {
  const off = [...home.entities.values()].filter(({ domain, state }) => domain === 'automation' && state?.state === 'off');
  const offNote: readonly Fault[] =
    off.length === 0
      ? []
      : [
          {
            section: 'automations',
            severity: 'note',
            subject: 'automation',
            detail: `${off.length} switched off: ${listed(off.map((entity) => entity.entityId))}`,
          },
        ];
  // What was not looked through may name them all.
  if (bodies === undefined || scanned.some(({ scan }) => !scan.complete)) return offNote;
  const mentioned = new Set(scanned.flatMap(({ scan }) => scan.references.map(({ id }) => id)));
  const unused = [...home.entities.values()].filter(({ domain, entityId }) => storageHelpers.has(domain) && !mentioned.has(entityId));
  if (unused.length === 0) return offNote;
  const detail = `${unused.length} helpers that no automation, script, scene or dashboard names: ${listed(unused.map((entity) => entity.entityId))}`;
  return [...offNote, { section: 'orphans', severity: 'note', subject: 'helper', detail }];
};

/** Everything that bodies and runs tell: broken references, wrong types, automations that fail or were not set up. */
export const bodyFaults = (facts: HomeFacts): readonly Fault[] => {
  const scanned = (facts.bodies ?? []).map((referrer) => ({ referrer, scan: scanReferences(referrer.body) }));
  return [...automationFaults(facts), ...referenceFaults(facts, scanned), ...typeFaults(facts), ...notes(facts, scanned)];
};
