// docs/figures.md and the README's comparison, from the last bench run, what others measured at, and the tools as they are now.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, servers } from '../bench/servers.mjs';
import { checkProofs } from './proofs.mjs';

const data = (name) => JSON.parse(readFileSync(join(root, 'tooling/bench', name), 'utf8'));
const count = (value) => value.toLocaleString('en-US');
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const cost = ({ calls, tokens }) => `${calls} / ${count(tokens)}`;

/** Tools and tokens of each server as the definitions are now; `lists` is { name: { title, tools, tokens } }. */
export const figuresTexts = (lists) => {
  const [figures, peers] = [data('figures.json'), data('peers.json')];
  const measured = Object.entries(figures.servers).filter(([name]) => lists[name]);
  const compared = measured.filter(([name]) => peers[name]);
  for (const [name] of compared) checkProofs(root, peers[name].behaviour);
  return {
    comparison: compared.map(([name, own]) => comparison({ name, own, list: lists[name], peer: peers[name], figures })).join('\n'),
    document: document({ measured, lists, peers, figures }),
  };
};

const measuredOf = (name) => servers.find((server) => server.name === name)?.measured;
const tasksOf = (name) => [...(measuredOf(name)?.tasks ?? []), ...(measuredOf(name)?.medium?.tasks ?? [])];

const taskRows = ({ name, own, peer }) =>
  tasksOf(name)
    .map((task) => ({ ...task, done: own.tasks?.[task.id] ?? own.medium?.tasks[task.id] }))
    .filter(({ id, done }) => done && peer.tasks[id])
    .map(({ id, title, note, done }) => [title, `${cost(done)}${note ? `, ${note}` : ''}`, ...peer.tasks[id]]);

/** Rows of a large home are made otherwise than the others, by us and by who measured the others. */
const largeNote = ({ name, own, peer }) => {
  const { seed, tasks } = measuredOf(name)?.medium ?? {};
  if (!seed || !own.medium || !tasks.some(({ id }) => peer.tasks[id])) return '';
  return ` The rows of ${count(seed)} entities are of simulated homes of that size, ours and the others' (theirs on ${peer.measuredOn} too).`;
};

const proofs = ({ behaviour }) =>
  [
    'Each row of behaviour is a test:',
    '',
    ...behaviour.map(({ what, provedBy }) => `- ${what}: \`${provedBy.file}\`, "${provedBy.title}"`),
  ].join('\n');

const comparison = ({ name, own, list, peer, figures }) => {
  const rows = [
    [
      'tools / tokens of the whole list',
      `${list.tools} / ${count(list.tokens)}`,
      ...peer.list.map((it) => `${it.tools} / ${count(it.tokens)}`),
    ],
    ...taskRows({ name, own, peer }),
    ...peer.behaviour.map(({ what, ours, peers }) => [what, ours, ...peers]),
    ['peak memory at the first list, MB', String(own.start.peakMb), ...peer.peakMb],
  ];
  const about = `Tasks are calls / reply tokens (o200k_base). Ours on ${figures.measuredOn} on the simulated demo home, the others on ${peer.measuredOn} on ${peer.where}; the homes differ, so small differences in lists mean nothing. ${peer.listNote}${largeNote({ name, own, peer })}`;
  return `${table([list.title, 'Switchyard', ...peer.names], rows)}\n\n${about}\n`;
};

const startRow = (title, { start }) => [
  title,
  String(start.ratio),
  String(start.ratioWhenUpstreamHangs),
  String(start.ratioWithoutCompiledCode),
  String(start.peakMb),
];

const largeText = ({ large, writeMs }, tasks) => {
  const lines = [`A write to its verified reply takes ${writeMs} ms (median, simulator).`];
  if (large) {
    const cells = tasks
      .filter(({ id }) => large.tasks[id])
      .map(({ id, title }) => [title, count(large.tasks[id].tokens), count(large.tasks[id].ms)]);
    lines.push(
      '',
      `With ${count(large.seed)} entities${large.automations ? ` and ${count(large.automations)} automations` : ''}, a search takes ${large.searchMs} ms (mean of 1,000)${large.peakMb ? `, and memory peaks at ${large.peakMb} MB` : ''}:`,
      '',
      table(['task', 'tokens', 'ms'], cells),
    );
  }
  return lines.join('\n');
};

const ownTasks = (name, own) =>
  table(
    ['task', 'calls / tokens'],
    tasksOf(name)
      .filter(({ id }) => own.tasks[id])
      .map(({ id, title }) => [title, cost(own.tasks[id])]),
  );

const document = ({ measured, lists, peers, figures }) => {
  const parts = [
    '# Figures',
    'Generated from `tooling/bench/figures.json` (the last `npx -y pnpm@12.21.0 bench --write`), `tooling/bench/peers.json` (what was measured of others, with the day) and the definitions. `tokens` counts tools and replies and fails above budget.',
    `Measured on ${figures.measuredOn} with Node ${figures.node} on ${figures.cpus} shared cores. Times depend on the machine; ratios compare each start with a bare \`node -e 0\` of the same moment (medians).`,
    '## Start',
    table(
      ['server', 'spawn → tools/list', 'when the upstream hangs', 'without compiled code', 'peak memory, MB'],
      measured.map(([name, own]) => startRow(lists[name].title, own)),
    ),
    'The first start after an installation has no compiled code yet; later ones read it from the cache folder (`docs/decisions/0009-fast-start.md`).',
  ];
  for (const [name, own] of measured) {
    parts.push(`## ${lists[name].title}`);
    if (peers[name]) parts.push(comparison({ name, own, list: lists[name], peer: peers[name], figures }).trimEnd(), proofs(peers[name]));
    else if (own.tasks) parts.push(ownTasks(name, own));
    if (own.writeMs !== undefined) parts.push(largeText(own, servers.find((server) => server.name === name)?.measured?.large?.tasks ?? []));
  }
  return `${parts.join('\n\n')}\n`;
};
