// `refuse(…)` makes an error and does not throw it. A statement that makes one and drops it would let through what it was to stop.
import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const packages = readdirSync(join(root, 'packages'));
const files = packages.flatMap((name) =>
  readdirSync(join(root, 'packages', name, 'src'), { recursive: true })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(root, 'packages', name, 'src', file)),
);

/** Types are read from source, so that the check needs no build. */
const paths = Object.fromEntries(
  packages.flatMap((name) => [
    [`@switchyard-mcp/${name}`, [join(root, 'packages', name, 'src/index.ts')]],
    [`@switchyard-mcp/${name}/*`, [join(root, 'packages', name, 'src/*/index.ts')]],
  ]),
);
const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
const program = ts.createProgram(files, { ...options, paths });
const checker = program.getTypeChecker();

const isError = (type) =>
  type.isUnion()
    ? type.types.some(isError)
    : type.symbol?.name === 'ToolError' || (type.symbol?.name === 'Promise' && checker.getTypeArguments(type).some(isError));
const droppedIn = (source) => {
  const found = [];
  const visit = (node) => {
    if (ts.isExpressionStatement(node) && !ts.isBinaryExpression(node.expression) && isError(checker.getTypeAtLocation(node.expression)))
      found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.map((node) => `${relative(root, source.fileName)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
};

const dropped = files.flatMap((file) => droppedIn(program.getSourceFile(file)));
for (const place of dropped) process.stderr.write(`dropped-errors: ${place} makes an error and does not throw it\n`);
if (dropped.length === 0) process.stdout.write(`dropped-errors: none in ${files.length} files\n`);
process.exitCode = dropped.length === 0 ? 0 : 1;
