/** How the entries of a server's lists are written, and how they are compared with names. */
export interface ListSyntax {
  /** Brings an entry and a name into one form: case, accents. */
  readonly fold: (text: string) => string;
  /** The pattern of an entry, as where "light" means every light; the entry itself by default. */
  readonly patternOf?: (entry: string) => string;
  /** Why a folded entry can never match anything; undefined when it can. */
  readonly faultOf?: (entry: string) => string | undefined;
}

/** Settings of one owner or caller: comma-separated entries, `*` and `?` as wildcards. */
export interface NameLists {
  readonly allow?: string | undefined;
  readonly deny?: string | undefined;
}

/** One entry of a list, by itself. */
export interface ListEntry {
  readonly entry: string;
  /** Does it match any name of one thing? */
  readonly matches: (names: readonly string[]) => boolean;
}

export interface Visibility {
  /** True when some things may be hidden. */
  readonly restricted: boolean;
  /** Do the lists let a thing through, by any of its names? */
  sees(names: readonly string[]): boolean;
}

const partsOf = (list: string | undefined): readonly string[] => (list === undefined ? [] : list.split(',').map((part) => part.trim()));

const entriesOf = (list: string | undefined, { fold }: ListSyntax): readonly string[] =>
  partsOf(list)
    .map(fold)
    .filter((entry) => entry !== '');

/** A name may hold a line break: nothing in a name gets it past a wildcard. */
const globOf = (pattern: string): string =>
  pattern
    .replace(/[\\^$+.()|[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');

type Matcher = (names: readonly string[]) => boolean;

const matcherOf = (entries: readonly string[], syntax: ListSyntax): Matcher => {
  const { fold, patternOf = (entry) => entry } = syntax;
  const any = new RegExp(`^(?:${entries.map((entry) => globOf(patternOf(entry))).join('|')})$`, 'su');
  return (names) => names.some((name) => any.test(fold(name.trim())));
};

/** The entries of a list one by one, so that it can be said which of them match nothing. */
export const listEntries = (list: string | undefined, syntax: ListSyntax): readonly ListEntry[] =>
  entriesOf(list, syntax).map((entry) => ({ entry, matches: matcherOf([entry], syntax) }));

export interface ListFault {
  /** Its place among the entries that are not blank, from 0. */
  readonly index: number;
  readonly entry: string;
  readonly problem: string;
}

/** Entries that can never match, whatever there is: what they were to hide would stay visible. */
export const listFaults = (list: string | undefined, { fold, faultOf }: ListSyntax): readonly ListFault[] =>
  partsOf(list)
    .filter((entry) => entry !== '')
    .flatMap((entry, index) => {
      const problem = faultOf?.(fold(entry));
      return problem === undefined ? [] : [{ index, entry, problem }];
    });

/** What one owner's or caller's lists let through. A list without entries restricts nothing. */
const visibilityOf = ({ allow, deny }: NameLists, syntax: ListSyntax): Visibility => {
  const [allowed, denied] = [entriesOf(allow, syntax), entriesOf(deny, syntax)];
  const isAllowed = allowed.length === 0 ? () => true : matcherOf(allowed, syntax);
  const isDenied = denied.length === 0 ? () => false : matcherOf(denied, syntax);
  return { restricted: allowed.length + denied.length > 0, sees: (names) => isAllowed(names) && !isDenied(names) };
};

/** What all of these lists let through: those of the settings, then those of a caller, who can only narrow them. Deny wins over allow. */
export const createVisibility = (lists: readonly NameLists[], syntax: ListSyntax): Visibility => {
  const all = lists.map((one) => visibilityOf(one, syntax)).filter(({ restricted }) => restricted);
  return { restricted: all.length > 0, sees: (names) => all.every((one) => one.sees(names)) };
};
