import { spanWords } from '@switchyard-mcp/core';
import type { IntegrationEntry, LogRecord, RepairIssue } from '../insight-operations.ts';
import { groupBy } from './device-faults.ts';
import { type Fault, listed } from './fault.ts';
import type { HomeFacts } from './home-facts.ts';

const one = (text: string, most = 200): string => {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length <= most ? plain : `${plain.slice(0, most - 1)}…`;
};

const failing: Readonly<Record<string, string>> = {
  setup_error: 'could not be set up',
  setup_retry: 'cannot be reached, tried again',
  migration_error: 'its data could not be brought up to date',
  failed_unload: 'could not be unloaded: restart needed',
  not_loaded: 'is not loaded',
};

const integrationFaults = ({ integrations, signIns, home }: HomeFacts): readonly Fault[] => {
  const waiting = new Set((signIns ?? []).map((signIn) => signIn.entryId ?? signIn.domain));
  const entities = groupBy(home.entities.values(), (entity) => (entity.disabled ? undefined : entity.configEntryId));
  const asks = (entry: IntegrationEntry): boolean => waiting.has(entry.entryId) || waiting.has(entry.domain);
  const down = (integrations ?? []).filter((entry) => !entry.disabled && entry.source !== 'ignore' && failing[entry.state] !== undefined);
  const rows = down.map((entry): Fault => {
    const touched = (entities.get(entry.entryId) ?? []).filter(({ state }) => state === undefined || state.state === 'unavailable').length;
    const parts = [failing[entry.state], entry.reason === undefined ? undefined : one(entry.reason)].filter(Boolean).join(': ');
    const more = [asks(entry) ? 'waits for a new sign-in' : '', touched > 0 ? `${touched} entities without a state` : ''].filter(Boolean);
    return {
      section: 'integrations',
      severity: entry.state === 'not_loaded' ? 'warning' : 'error',
      subject: `integration:${entry.domain}`,
      detail: [`"${one(entry.title, 60)}" ${parts}`, ...more].join('; '),
    };
  });
  const told = new Set(down.flatMap((entry) => [entry.entryId, entry.domain]));
  const others = (signIns ?? []).filter((signIn) => !told.has(signIn.entryId ?? signIn.domain));
  return [
    ...rows,
    ...others.map(
      ({ domain, title }): Fault => ({
        section: 'integrations',
        severity: 'error',
        subject: `integration:${domain}`,
        detail: `${title === undefined ? 'it' : `"${one(title, 60)}"`} waits for a new sign-in`,
      }),
    ),
  ];
};

const configFaults = ({ config, health }: HomeFacts): readonly Fault[] => {
  const faults: Fault[] = [];
  if (config?.valid === false)
    faults.push({
      section: 'config',
      severity: 'error',
      subject: 'configuration',
      detail: `invalid, a restart would fail: ${one(config.errors ?? 'no reason given', 300)}`,
    });
  if (config?.warnings !== undefined)
    faults.push({ section: 'config', severity: 'warning', subject: 'configuration', detail: one(config.warnings, 300) });
  const failed = groupBy(health ?? [], (fact) => (fact.failed ? `${fact.domain} ${String(fact.value)}` : undefined));
  for (const [first, ...rest] of failed.values()) {
    if (first === undefined) continue;
    const keys = listed([first, ...rest].map(({ key }) => key.replace(/_/g, ' ')));
    faults.push({ section: 'config', severity: 'warning', subject: first.domain, detail: `${keys}: ${one(String(first.value))}` });
  }
  return faults;
};

const repairFault = (issue: RepairIssue): Fault => {
  const severity = issue.severity === 'warning' ? 'warning' : 'error';
  const more = [issue.breaksIn === undefined ? '' : `breaks in ${issue.breaksIn}`, issue.fixable ? 'can be fixed from there' : ''].filter(
    Boolean,
  );
  const what = issue.title ?? (issue.key ?? issue.issueId).replace(/_/g, ' ');
  return { section: 'repairs', severity, subject: issue.domain, detail: [`${one(what)} (${issue.severity})`, ...more].join('; ') };
};

/** Warnings that every home with custom integrations has, and what clients like this one caused by asking. */
const harmless = /has not been tested by Home Assistant|Error handling message/;

/** Two lines of one cause differ in numbers, ids and quoted names only. */
const causeOf = ({ logger, level, messages }: LogRecord): string => {
  // Core tells of one failure of an automation in several ways.
  if (/\.(?:automation|script)\.[a-z0-9_]+$/.test(logger)) return `${level} ${logger}`;
  const source = logger.replace(/^(?:homeassistant\.components|custom_components)\.([a-z0-9_]+).*$/, '$1');
  const text = (messages.at(-1) ?? '')
    .replace(/'[^']*'|"[^"]*"/g, '#')
    .replace(/\b[a-z0-9_]+\.[a-z0-9_.]+\b/gi, '#')
    .replace(/[0-9a-f]{8,}|\d+/gi, '#');
  return `${level} ${source} ${text.slice(0, 60)}`;
};

const logFaults = ({ logs, nowMs }: HomeFacts): readonly Fault[] => {
  const heard = (logs ?? []).filter(({ messages }) => !messages.every((text) => harmless.test(text)));
  return [...groupBy(heard, causeOf).values()]
    .map((records) => {
      const newest = records.reduce((best, record) => (record.lastAt > best.lastAt ? record : best));
      return { newest, count: records.reduce((sum, record) => sum + record.count, 0) };
    })
    .sort((a, b) => b.count - a.count)
    .map(({ newest, count }): Fault => {
      const text = [one(newest.messages.at(-1) ?? '', 220), newest.exception === undefined ? '' : one(newest.exception, 120)]
        .filter(Boolean)
        .join(' | ');
      const times = count === 1 ? 'once' : `${count} times`;
      const subject = newest.logger.replace(/^homeassistant\.components\./, '').replace(/^homeassistant\./, '');
      const detail = `${newest.level.toLowerCase()} ${times}, last ${spanWords(nowMs - newest.lastAt)} ago: ${text}`;
      return { section: 'logs', severity: newest.level === 'WARNING' ? 'warning' : 'error', subject, detail };
    });
};

/** A database beyond this makes history slow and backups large. */
const largeMiB = 5 * 1024;
const busyShare = 0.5;

/** Size of the database in MiB, if system health tells it. */
export const databaseMiB = ({ health }: HomeFacts): number | undefined => {
  const value = health?.find(({ domain, key }) => domain === 'recorder' && key === 'estimated_db_size')?.value;
  const size = Number.parseFloat(String(value));
  return Number.isFinite(size) ? size : undefined;
};

const databaseFaults = (facts: HomeFacts): readonly Fault[] => {
  const { recorder } = facts;
  const size = databaseMiB(facts);
  const problems: (readonly [boolean, Fault['severity'], string])[] = [
    [recorder?.running === false, 'error', 'the recorder does not run: nothing is kept'],
    [recorder?.running === true && !recorder.recording, 'error', 'the recorder is switched off: nothing is kept'],
    [recorder?.migrating === true, 'warning', 'the database is being brought up to date: history is incomplete until then'],
    [
      recorder !== undefined && recorder.maxBacklog > 0 && recorder.backlog > recorder.maxBacklog * busyShare,
      'error',
      `the recorder cannot keep up: ${recorder?.backlog} changes wait`,
    ],
    [
      size !== undefined && size > largeMiB,
      'warning',
      `the database has ${Math.round((size ?? 0) / 1024)} GiB: keep fewer days or fewer entities`,
    ],
  ];
  return problems.flatMap(([is, severity, detail]) =>
    is ? [{ section: 'database', severity, subject: 'recorder', detail } satisfies Fault] : [],
  );
};

/** Everything that Core itself tells: integrations, configuration, repairs, log, database. */
export const systemFaults = (facts: HomeFacts): readonly Fault[] => [
  ...integrationFaults(facts),
  ...configFaults(facts),
  ...(facts.repairs ?? []).filter(({ ignored }) => !ignored).map(repairFault),
  ...databaseFaults(facts),
  ...logFaults(facts),
];
