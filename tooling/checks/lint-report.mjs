// What Biome's JSON report says about the rules that have exceptions.

const ruleOf = ({ category = '' }) => category.replace(/^lint\//, '');
const fileOf = ({ location }) => location.path.replaceAll('\\', '/');

/** How often each of the rules is broken, by file. @throws Error when the report has errors of other kinds: then it is not whole. */
export const countsOf = (diagnostics, rules) => {
  const found = Object.fromEntries(rules.map((rule) => [rule, {}]));
  for (const diagnostic of diagnostics) {
    const files = found[ruleOf(diagnostic)];
    if (files) files[fileOf(diagnostic)] = (files[fileOf(diagnostic)] ?? 0) + 1;
    else if (diagnostic.severity === 'error') throw new Error(`Biome failed: ${diagnostic.category} ${diagnostic.message}`);
  }
  return found;
};

/** The lines on which a file breaks a rule. */
export const placesOf = (diagnostics, rule, file) =>
  diagnostics
    .filter((diagnostic) => ruleOf(diagnostic) === rule && fileOf(diagnostic) === file)
    .map(({ location, message }) => `line ${location.start.line}: ${message}`);

/** A Biome configuration that switches each rule off in the files that are counted. */
export const biomeExceptions = (counts) => {
  const overrides = Object.entries(counts)
    .filter(([, files]) => Object.keys(files).length > 0)
    .map(([name, files]) => {
      const [group, rule] = name.split('/');
      return { includes: Object.keys(files), linter: { rules: { [group]: { [rule]: 'off' } } } };
    });
  return `${JSON.stringify({ overrides }, null, 2)}\n`;
};
