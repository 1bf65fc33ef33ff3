// The words of this project, as CONTRIBUTING.md lists them. A test holds the two together.

/** Between two words of a phrase: blanks, and the line break of a comment. */
const gap = String.raw`[\s/*#]+`;
/** A word by itself or as a part of a name: act, Act, ACT, doAct, act-on; not exact or action. */
const whole = (word) => {
  const capital = word[0].toUpperCase() + word.slice(1);
  return `(?:(?<![A-Za-z])[${word[0]}${capital[0]}]${word.slice(1)}|(?<=[a-z0-9])${capital})(?![a-z])|(?<![A-Za-z])${word.toUpperCase()}(?![A-Za-z])`;
};
const words = (...list) => new RegExp(list.map(whole).join('|'), 'g');
const phrase = (text, notBefore = '') => new RegExp(String.raw`\b${text.split(' ').join(gap)}\b${notBefore}`, 'gi');

/** @type {{ not: string, write: string, pattern: RegExp }[]} */
export const rules = [
  { not: 'mend', write: 'fix', pattern: words('mend', 'mends', 'mended', 'mending') },
  { not: 'sealed', write: 'stored encrypted', pattern: words('seal', 'seals', 'sealed', 'sealing', 'unseal', 'unsealed') },
  { not: 'as really seen', write: 'read back', pattern: phrase('really seen') },
  { not: 'is no X, there is no X', write: 'X not found, not a X', pattern: phrase('is no', "(?! (?:longer|more|fewer|less)\\b)(?![-'’])") },
  { not: 'trail', write: 'audit log', pattern: words('trail', 'trails') },
  { not: 'not done yet', write: 'known limitations', pattern: phrase('not done yet') },
  { not: 'got X, expected Y', write: 'invalid value "X" for --flag', pattern: /\bgot [^\n]{1,80}?,? expected\b/gi },
  { not: 'the person did not agree', write: 'declined', pattern: phrase('(?:did|does) not agree') },
  { not: 'does not exist for this server', write: 'hidden from this server', pattern: phrase('exists? for this server') },
  { not: 'act, deed (nouns)', write: 'action', pattern: words('act', 'acts', 'deed', 'deeds') },
  { not: 'anew', write: 'again', pattern: words('anew') },
  { not: 'stands, stood', write: 'is, is shown, means', pattern: words('stands', 'stood') },
  { not: 'lies, lie', write: 'is, is stored', pattern: words('lies', 'lie') },
  { not: 'told, tells (of software)', write: 'says, reports, shows', pattern: words('told', 'tells') },
];

const lineOf = (text, index) => text.slice(0, index).split('\n').length;
/** The table itself names the words that it forbids. */
const withoutTable = (text) => text.replace(/<!-- words -->[\s\S]*?<!-- \/words -->/g, (table) => table.replace(/[^\n]/g, ' '));
/** The n of \n is no letter of the next word. */
const withoutEscapes = (text) => text.replace(/\\[nrt]/g, '  ');

/**
 * Every old word in a text.
 * @returns {{ not: string, line: number, text: string }[]} with the line that it is on
 */
export const usesIn = (text) => {
  const clean = withoutEscapes(withoutTable(text));
  const lines = text.split('\n');
  return rules.flatMap(({ not, pattern }) =>
    [...clean.matchAll(pattern)].map(({ index }) => {
      const line = lineOf(clean, index);
      return { not, line, text: lines[line - 1].trim() };
    }),
  );
};
