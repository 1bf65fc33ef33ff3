import type { PromptDefinition } from '@switchyard-mcp/core';

const lines = (...texts: readonly string[]): string => texts.join('\n');

/** Longer work, told as tasks with a point at which the person decides. */
export const guidedPrompts: readonly PromptDefinition[] = [
  {
    name: 'debug_automation',
    title: 'Debug an automation',
    description: 'Why an automation did or did not do its work, and what would mend it',
    arguments: [
      { name: 'automation', description: 'Its name or id', required: true },
      { name: 'problem', description: 'What went wrong, and when' },
    ],
    render: ({ automation, problem }) =>
      lines(
        `Find out why the automation "${automation || '…'}" does not do what it should${problem ? `: ${problem}` : '.'}`,
        'Use ha_explain for it, with question="not_run" when it did not run. Look at what it names with ha_get, and read its body with ha_get_config only where the reason lies there.',
        'Say in one sentence what decided. Propose the smallest change as a ha_edit patch with dry_run=true, and wait for my yes before you send it without. Then ha_explain once more.',
      ),
  },
  {
    name: 'audit_home',
    title: 'Audit the home',
    description: 'What is broken, outdated, unused or unsafe, worst first',
    arguments: [],
    render: () =>
      lines(
        'Audit this home. Begin with ha_diagnose, then read each section that has faults with section=. Use ha_explain for automations that fail, ha_integration op="list" for integrations that are not loaded.',
        'Give at most ten points, worst first: what, why it matters, how to mend it. Say what you did not look at. Group what has one cause.',
        'Change nothing. At the end offer the three changes worth making, and wait for my choice.',
      ),
  },
  {
    name: 'build_dashboard',
    title: 'Build a dashboard',
    description: 'A dashboard for a purpose, from what the home has',
    arguments: [
      { name: 'purpose', description: 'For whom or what, e.g. "kitchen tablet"', required: true },
      { name: 'areas', description: 'Which rooms; all when left out' },
    ],
    render: ({ purpose, areas }) =>
      lines(
        `Build a dashboard for: ${purpose || '…'}${areas ? ` (${areas})` : ''}.`,
        'Collect with ha_search, area by area, what people touch or look at; leave out diagnostic and hidden entities. Use standard cards: tile, entities, thermostat, weather-forecast, picture-glance, history-graph. One view per purpose, at most twelve cards each.',
        'Show me the outline first. After my yes create it with ha_edit id="dashboard:…" and a new url path with a dash; never replace one that exists. Read it back with ha_get_config.',
      ),
  },
  {
    name: 'rename_device',
    title: 'Rename a device',
    description: 'New name for a device and its entities, with every reference',
    arguments: [
      { name: 'device', description: 'Its present name', required: true },
      { name: 'name', description: 'The new name', required: true },
    ],
    render: ({ device, name }) =>
      lines(
        `Rename the device "${device || '…'}" to "${name || '…'}".`,
        'Call ha_organize for device:… with set={"name":…,"rename_entities":true} and dry_run=true. Show me old and new ids, and where each is used.',
        'After my yes send it without dry_run. If a row failed or was taken back, say so and stop. ha_search in="configs" for an old id must then find nothing; ha_undo takes all of it back.',
      ),
  },
  {
    name: 'plan_upgrade',
    title: 'Plan an upgrade',
    description: 'What waits to be updated, what may break, in which order',
    arguments: [],
    render: () =>
      lines(
        'Plan the updates of this home. List them with ha_system op="updates", read the notes of Core and of what the home depends on (op="updates" id=…), and look at repairs in ha_diagnose section="repairs": they name what breaks in which version.',
        'Check ha_system op="check_config" and when the last backup was made (op="backups"). Give an order with reasons, risks first, and what to test afterwards.',
        'Install nothing before I say which. Then: op="create_backup", one update at a time, and ha_diagnose after each.',
      ),
  },
];
