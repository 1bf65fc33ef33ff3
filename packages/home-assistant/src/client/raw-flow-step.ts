import { isRecord, recordsIn, textOf } from '@switchyard-mcp/core/json';

type Raw = Readonly<Record<string, unknown>>;

/** A field of a form, or a section of it, as Home Assistant describes it. */
export interface RawField {
  readonly name: string;
  readonly required: boolean;
  /** What it holds now. */
  readonly suggested?: unknown;
  readonly default?: unknown;
  /** Fields of a section. */
  readonly fields?: readonly RawField[];
  /** All that was said of it: type, selector, limits. */
  readonly raw: Raw;
}

/** One step of any flow, with nothing said in words of ours yet. */
export interface RawStep {
  readonly flowId: string;
  readonly type: string;
  readonly stepId: string;
  readonly fields: readonly RawField[];
  /** Keys of the steps to choose from. */
  readonly menu: readonly string[];
  readonly reason?: string | undefined;
  /** Of the entry that was made. */
  readonly entryId?: string | undefined;
}

const toField = (raw: Raw): RawField => {
  const suggested = isRecord(raw['description']) ? raw['description']['suggested_value'] : undefined;
  return {
    name: textOf(raw, 'name') ?? '',
    required: raw['required'] === true,
    ...(suggested === undefined ? {} : { suggested }),
    ...(raw['default'] === undefined ? {} : { default: raw['default'] }),
    ...(raw['type'] === 'expandable' ? { fields: recordsIn(raw['schema']).map(toField) } : {}),
    raw,
  };
};

/** Menus come as a list of steps, or as steps with their labels. */
const menuOf = (options: unknown): readonly string[] => {
  if (Array.isArray(options)) return options.filter((option): option is string => typeof option === 'string');
  return isRecord(options) ? Object.keys(options) : [];
};

/** Takes a step apart as Home Assistant sends it. */
export const rawStepOf = (raw: Raw): RawStep => ({
  flowId: textOf(raw, 'flow_id') ?? '',
  type: textOf(raw, 'type') ?? 'unknown',
  stepId: textOf(raw, 'step_id') ?? '',
  fields: recordsIn(raw['data_schema']).map(toField),
  menu: menuOf(raw['menu_options']),
  reason: textOf(raw, 'reason'),
  entryId: isRecord(raw['result']) ? textOf(raw['result'], 'entry_id') : undefined,
});
