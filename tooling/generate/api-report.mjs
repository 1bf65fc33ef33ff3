// The public surface of a package, from its built declarations: every export of every entry with its signature, and what these reach.
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

const options = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  noEmit: true,
  // Only names are resolved, nothing is checked.
  noLib: true,
  types: [],
};
const printer = ts.createPrinter({ removeComments: true });

/** The file of declarations behind each entry of package.json's exports, by the name that one imports. */
const entriesOf = ({ folder, manifest }) =>
  Object.entries(manifest.exports)
    .filter(([, target]) => target.types)
    .map(([path, target]) => ({ name: `${manifest.name}${path.slice(1)}`, file: join(folder, target.types) }));

const isOwn = (folder) => (declaration) => {
  const path = relative(folder, declaration.getSourceFile().fileName).split(sep);
  return path[0] !== '..' && !path.includes('node_modules');
};

/** The statement of a declaration; a variable alone has no `const`. */
const statementOf = (declaration) => (ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration);

const textOf = (declaration) =>
  printer
    .printNode(ts.EmitHint.Unspecified, statementOf(declaration), declaration.getSourceFile())
    .replace(/^(?:export )?(?:default )?(?:declare )?/, '')
    // Of a class with #fields only that it has some is known.
    .replace(/^\s*#private;\n/gm, '');

/** Walks from exported symbols to all that their declarations name and this package declares. */
const reachedFrom = (checker, { folder, symbols }) => {
  const own = isOwn(folder);
  const seen = new Set(symbols);
  const open = [...symbols];
  const visit = (node) => {
    if (ts.isIdentifier(node)) {
      const found = checker.getSymbolAtLocation(node);
      const symbol = found && found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
      const declared = symbol?.declarations?.some((one) => own(one) && ts.isSourceFile(statementOf(one).parent));
      if (declared && !seen.has(symbol)) {
        seen.add(symbol);
        open.push(symbol);
      }
    }
    ts.forEachChild(node, visit);
  };
  while (open.length > 0) for (const declaration of open.pop().declarations ?? []) if (own(declaration)) visit(statementOf(declaration));
  return [...seen].filter((symbol) => !symbols.includes(symbol));
};

const block = (texts) => `\`\`\`ts\n${texts.join('\n\n')}\n\`\`\`\n`;
const byName = (a, b) => (a.name < b.name ? -1 : 1);

/**
 * The report of one package as Markdown.
 * @param {{ folder: string, manifest: { name: string, exports: object } }} pack folder: its absolute path, built
 */
export const apiReport = ({ folder, manifest }) => {
  const entries = entriesOf({ folder, manifest });
  const program = ts.createProgram(
    entries.map((entry) => entry.file),
    options,
  );
  const checker = program.getTypeChecker();
  const all = [];
  const sections = entries.map(({ name, file }) => {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`${file} is missing; build first`);
    const symbol = checker.getSymbolAtLocation(source);
    const found = symbol ? checker.getExportsOfModule(symbol) : [];
    const lines = found
      .map((given) => ({ name: given.name, symbol: given.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(given) : given }))
      .sort(byName)
      .map((given) => {
        const elsewhere = all.find((one) => one.symbol === given.symbol);
        all.push({ ...given, entry: name });
        if (elsewhere) return `// ${given.name}: as in ${elsewhere.entry}`;
        return (given.symbol.declarations ?? []).map(textOf).join('\n');
      });
    return `## ${name}\n\n${lines.length} ${lines.length === 1 ? 'export' : 'exports'}\n\n${block(lines)}`;
  });
  const reached = reachedFrom(checker, { folder, symbols: [...new Set(all.map((one) => one.symbol))] }).sort(byName);
  const rest =
    reached.length === 0
      ? ''
      : `\n## Reached, not exported\n\n${block(reached.map((symbol) => (symbol.declarations ?? []).map(textOf).join('\n')))}`;
  return `# Public surface of ${manifest.name}\n\nMade from the built declarations by \`generate\`; \`check\` fails when it is out of date. A change here is a change for users.\n\n${sections.join('\n')}${rest}`;
};
