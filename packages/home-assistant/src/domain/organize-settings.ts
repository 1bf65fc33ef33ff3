import { foldText, type InputIssue, nearMisses, refuse, type ToolError } from '@switchyard-mcp/core';
import type { Body } from './body.ts';
import { placesNamed } from './find-places.ts';
import type { Entity, Home } from './model.ts';
import { assistants, type RegistryEntry, type RegistryKind } from './registry-operations.ts';

/** What a person asks to be set; "" clears a text. */
export interface Settings {
  readonly name?: string | undefined;
  readonly new_id?: string | undefined;
  readonly area?: string | undefined;
  readonly floor?: string | undefined;
  readonly icon?: string | undefined;
  /** What is added; with a "-" before it, what is taken away. */
  readonly labels?: readonly string[] | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
  readonly hidden?: boolean | undefined;
  readonly expose?: boolean | undefined;
  readonly assistants?: readonly string[] | undefined;
  readonly category?: string | undefined;
  readonly device_class?: string | undefined;
  readonly level?: number | undefined;
  readonly color?: string | undefined;
  readonly description?: string | undefined;
  readonly rename_entities?: boolean | undefined;
}

/** Stands for the id of something that the same call creates. */
export interface Pending {
  readonly pending: string;
}

/** What names may mean: the home, the categories that were read, and what the same call creates. */
export interface Names {
  readonly home: Home;
  readonly categories: readonly RegistryEntry[];
  /** Keys of `pendingKey`. */
  readonly created: ReadonlySet<string>;
}

/** Which settings make sense for which kind. */
export const settingsOf: Readonly<Record<RegistryKind, readonly string[]>> = {
  entity: [
    ...['name', 'new_id', 'area', 'icon', 'labels', 'aliases', 'disabled', 'hidden'],
    ...['expose', 'assistants', 'category', 'device_class'],
  ],
  device: ['name', 'area', 'labels', 'disabled', 'rename_entities'],
  area: ['name', 'floor', 'icon', 'labels', 'aliases'],
  floor: ['name', 'level', 'icon', 'aliases'],
  label: ['name', 'icon', 'color', 'description'],
  category: ['name', 'icon'],
};

const colors = new Set(
  'primary accent disabled red pink purple deep-purple indigo blue light-blue cyan teal green light-green lime yellow amber orange deep-orange brown light-grey grey dark-grey blue-grey black white'.split(
    ' ',
  ),
);
const helperDomains = /^(?:input_\w+|counter|timer|schedule)$/;

/** Two names that a person would not tell apart. */
export const pendingKey = (kind: RegistryKind, name: string, scope = ''): string =>
  `${kind}/${scope}/${foldText(name).replace(/\s+/g, '')}`;

const refusal = (code: 'invalid_input' | 'unsupported', what: string, next: readonly string[]): ToolError =>
  refuse(code, `${what}.`, { next });

/** Every setting that does not fit the kind, at once. @throws ToolError invalid_input. */
export const checkSettings = (kind: RegistryKind, settings: Settings, at: string): void => {
  const known = settingsOf[kind];
  const issues: InputIssue[] = Object.entries(settings).flatMap(([key, value]) =>
    value === undefined || known.includes(key)
      ? []
      : [{ path: `${at}.set.${key}`, got: `a setting that no ${kind} has`, expected: known.join(', ') }],
  );
  const { icon, color, name } = settings;
  if (icon && !/^[a-z0-9-]+:[a-z0-9-]+$/i.test(icon))
    issues.push({ path: `${at}.set.icon`, got: icon.slice(0, 40), expected: 'such as mdi:lamp' });
  if (color && !colors.has(color) && !/^#[0-9a-f]{6}$/i.test(color))
    issues.push({ path: `${at}.set.color`, got: color.slice(0, 40), expected: `#RRGGBB or ${[...colors].slice(3, 9).join(', ')}…` });
  if (name !== undefined && name.trim() === '' && kind !== 'entity' && kind !== 'device')
    issues.push({ path: `${at}.set.name`, got: '""', expected: 'a name' });
  const strange = settings.assistants?.find((word) => !assistants.some((known) => known === word));
  if (strange !== undefined)
    issues.push({ path: `${at}.set.assistants`, got: strange.slice(0, 40), expected: `one of ${assistants.join(', ')}` });
  if (issues.length === 0) return;
  throw refuse('invalid_input', 'The changes do not fit.', { issues });
};

/** Id of an area, floor or label by id, name or alias; never by likeness. @throws ToolError not_found with near names. */
const placeIn = (names: Names, kind: 'area' | 'floor' | 'label', wanted: string): string | Pending => {
  const found = placesNamed(names.home, kind, wanted);
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const key = pendingKey(kind, wanted);
  if (found.length === 0 && names.created.has(key)) return { pending: key };
  const all = { area: names.home.areas, floor: names.home.floors, label: names.home.labels }[kind];
  throw refuse(
    found.length > 1 ? 'ambiguous' : 'not_found',
    `${found.length > 1 ? `"${wanted.slice(0, 60)}" is ${found.length} ${kind}s: ${found.slice(0, 6).join(', ')}` : `There is no ${kind} "${wanted.slice(0, 60)}"`}.`,
    {
      didYouMean: nearMisses(
        wanted,
        [...all.values()].map((place) => place.name),
      ),
      next: found.length > 1 ? ['Use the id.'] : [`Create it in the same call: {"ids":["${kind}:${wanted.slice(0, 60)}"],"op":"create"}.`],
    },
  );
};

/** The scope whose categories an entity can have. */
export const scopeOf = (domain: string): string | undefined => {
  if (domain === 'automation' || domain === 'script' || domain === 'scene') return domain;
  return helperDomains.test(domain) ? 'helpers' : undefined;
};

const categoryIn = (names: Names, entity: Entity, wanted: string): string | Pending | null => {
  const scope = scopeOf(entity.domain) ?? (entity.platform === undefined ? undefined : 'helpers');
  if (scope === undefined) throw refusal('unsupported', `${entity.entityId} cannot have a category`, ['use a label instead.']);
  if (wanted === '') return null;
  const there = names.categories.filter(({ id }) => id.startsWith(`${scope}/`));
  const found = there.find(({ id, fields }) => id === `${scope}/${wanted}` || foldText(String(fields['name'])) === foldText(wanted));
  if (found) return found.key;
  const key = pendingKey('category', wanted, scope);
  if (names.created.has(key)) return { pending: key };
  throw refuse('not_found', `There is no category "${wanted.slice(0, 60)}" of ${scope}.`, {
    didYouMean: nearMisses(
      wanted,
      there.map(({ fields }) => String(fields['name'])),
    ),
    next: [`Create it in the same call: {"ids":["category:${scope}/${wanted.slice(0, 60)}"],"op":"create"}.`],
  });
};

/** A list with some added at its end and some taken out, compared as a person would. */
const edited = (before: unknown, add: readonly unknown[] = [], remove: readonly unknown[] = []): readonly unknown[] => {
  const gone = new Set(remove.map((item) => (typeof item === 'string' ? foldText(item) : item)));
  const kept = (Array.isArray(before) ? before : []).filter((item) => !gone.has(typeof item === 'string' ? foldText(item) : item));
  return [...new Set([...kept, ...add])];
};

const partition = (items: readonly string[]): { readonly add: readonly string[]; readonly remove: readonly string[] } => ({
  add: items.filter((item) => !item.startsWith('-')),
  remove: items.filter((item) => item.startsWith('-')).map((item) => item.slice(1).trim()),
});

const listFields = ({ labels, aliases }: Settings, before: Body, names: Names): Body => {
  const label = (name: string): string | Pending => placeIn(names, 'label', name);
  const [forLabels, forAliases] = [partition(labels ?? []), partition(aliases ?? [])];
  return {
    ...(labels ? { labels: edited(before['labels'], forLabels.add.map(label), forLabels.remove.map(label)) } : {}),
    ...(aliases ? { aliases: edited(before['aliases'], forAliases.add, forAliases.remove) } : {}),
  };
};

const entityFields = (settings: Settings, before: Body, entity: Entity, names: Names): Body => {
  const { new_id, disabled, hidden, expose, category, device_class } = settings;
  const who = settings.assistants ?? ['conversation'];
  const had = Array.isArray(before['exposed']) ? before['exposed'] : [];
  const exposed = assistants.filter((name) => (who.includes(name) ? expose : had.includes(name)));
  const scope = scopeOf(entity.domain) ?? 'helpers';
  const categories = (): Body => {
    const { [scope]: _old, ...others } = { ...(before['categories'] as Body | undefined) };
    const id = categoryIn(names, entity, category ?? '');
    return id === null ? others : { ...others, [scope]: id };
  };
  return {
    ...(new_id === undefined ? {} : { entity_id: new_id.trim().toLowerCase() }),
    ...(disabled === undefined ? {} : { disabled_by: disabled ? (before['disabled_by'] ?? 'user') : null }),
    ...(hidden === undefined ? {} : { hidden_by: hidden ? (before['hidden_by'] ?? 'user') : null }),
    ...(expose === undefined ? {} : { exposed }),
    ...(category === undefined ? {} : { categories: categories() }),
    ...(device_class === undefined ? {} : { device_class: device_class || null }),
  };
};

/** The registry fields that settings ask for, by the kind of entry. `before` is what it has; {} for a new one. */
export const fieldsFor = (kind: RegistryKind, settings: Settings, before: Body, names: Names, entity?: Entity): Body => {
  const { name, area, floor, icon, level, color, description } = settings;
  const place = (of: 'area' | 'floor', wanted: string): unknown => (wanted === '' ? null : placeIn(names, of, wanted));
  const own =
    kind === 'entity' && entity
      ? entityFields(settings, before, entity, names)
      : kind === 'device' && settings.disabled !== undefined
        ? { disabled_by: settings.disabled ? (before['disabled_by'] ?? 'user') : null }
        : {};
  return {
    ...(name === undefined ? {} : { [kind === 'device' ? 'name_by_user' : 'name']: name.trim() || null }),
    ...(area === undefined ? {} : { area_id: place('area', area) }),
    ...(floor === undefined ? {} : { floor_id: place('floor', floor) }),
    ...(icon === undefined ? {} : { icon: icon || null }),
    ...(level === undefined ? {} : { level }),
    ...(color === undefined ? {} : { color: color || null }),
    ...(description === undefined ? {} : { description: description || null }),
    ...listFields(settings, before, names),
    ...own,
  };
};
