import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { join, relative } from 'node:path';

/**
 * Which of our packages may use which, by the end of the name; every other use
 * is forbidden. `packages/app` and `packages/backend` compose and hold no logic,
 * plugins do not know each other: they meet in the ports and the contract.
 */
const ARROWS = [
  { from: /^app$/, to: /-(console|portal|stoa-react)$/ },
  { from: /-(console|portal)$/, to: /-(stoa-react|stoa-common)$/ },
  { from: /-stoa-react$/, to: /-stoa-common$/ },
  {
    from: /^backend$/,
    to: /(^app|-backend|-backend-module-[a-z]+|-stoa-node|\/sample-backends)$/,
  },
  { from: /-backend(-module-[a-z]+)?$/, to: /-(stoa-node|stoa-common)$/ },
  { from: /-stoa-node$/, to: /-stoa-common$/ },
  { from: /\/stoa-cli$/, to: /-(stoa-node|stoa-common)$/ },
];

/** Tests put plugins together, as the backend does; what is shipped never. */
const TEST_ARROW = {
  from: /-backend(-module-[a-z]+)?$/,
  to: /-backend(-module-[a-z]+)?$/,
};

/** The one file of a package (`src/alpha.ts`, `src/alphaFeatures.ts`) that may use entries which are not stable yet. */
const ALPHA_FILE = /^src\/alpha\w*\.tsx?$/;
const ALPHA_ENTRY = /\/alpha(\/|$)/;

const SOURCE = /\.(tsx?|mts|cts)$/;
/** Tests, and the helpers of tests that lie beside them. */
const TEST =
  /(\.test\.tsx?$|\/(fake|test)[A-Z]\w*\.tsx?$|(^|\/)(setupTests\.ts|(testing|__testUtils__|e2e-tests|dev)\/))/;
const DECLARED_IN = [
  'dependencies',
  'peerDependencies',
  'optionalDependencies',
  'devDependencies',
];

/**
 * Everything in a workspace that breaks the rules of the house, one line each:
 * arrows between our packages (declared or imported), `/alpha` entries outside
 * the agreed file, and imports that the package does not declare.
 *
 * @param {string} root a repository with `packages/*` and `plugins/*`
 * @returns {string[]}
 */
export function violations(root, typescript = loadTypescript()) {
  const packages = ['packages', 'plugins'].flatMap(folder =>
    readdirSync(join(root, folder))
      .map(name => join(root, folder, name))
      .filter(path => existsSync(join(path, 'package.json')))
      .map(readPackage),
  );
  const ours = new Set(packages.map(({ name }) => name));
  return packages.flatMap(pkg => [
    ...brokenDeclarations(pkg, ours),
    ...secondAlphaFiles(pkg, typescript),
    ...sourcesOf(pkg.path).flatMap(file =>
      brokenImports(pkg, file, ours, typescript),
    ),
  ]);
}

function readPackage(path) {
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const declared = new Set(
    DECLARED_IN.flatMap(field => Object.keys(manifest[field] ?? {})),
  );
  const shipped = new Set(
    DECLARED_IN.slice(0, 3).flatMap(field =>
      Object.keys(manifest[field] ?? {}),
    ),
  );
  return { path, name: manifest.name, declared, shipped };
}

function brokenDeclarations({ name, declared, shipped }, ours) {
  return [...declared]
    .filter(other => ours.has(other))
    .filter(other => !isAllowed(name, other, { inTest: !shipped.has(other) }))
    .map(other => `${name} declares ${other}, which it may not use`);
}

function brokenImports(pkg, file, ours, typescript) {
  const inside = relative(pkg.path, file);
  const inTest = TEST.test(inside);
  const declared = inTest ? pkg.declared : pkg.shipped;
  const found = importsOf(file, typescript).flatMap(specifier => {
    const other = packageOf(specifier);
    if (other === pkg.name) return [];
    const known = declared.has(other) || pkg.declared.has(typesPackage(other));
    return [
      ours.has(other) &&
        !isAllowed(pkg.name, other, { inTest }) &&
        `imports ${other}, which ${pkg.name} may not use`,
      !known && `imports ${other}, which ${pkg.name} does not declare`,
      ALPHA_ENTRY.test(specifier) &&
        !ALPHA_FILE.test(inside) &&
        `imports ${specifier}: only src/alpha.ts may`,
    ].filter(Boolean);
  });
  return found.map(
    what => `${relative(join(pkg.path, '../..'), file)} ${what}`,
  );
}

function secondAlphaFiles({ path, name }, typescript) {
  const files = sourcesOf(path).filter(
    file =>
      ALPHA_FILE.test(relative(path, file)) &&
      importsOf(file, typescript).some(specifier =>
        ALPHA_ENTRY.test(specifier),
      ),
  );
  return files.length > 1
    ? [`${name} uses unstable entries in ${files.length} files`]
    : [];
}

/** Packages that a file imports, requires, or takes types from. */
function importsOf(file, typescript) {
  const { importedFiles } = typescript.preProcessFile(
    readFileSync(file, 'utf8'),
    true,
    true,
  );
  return [...new Set(importedFiles.map(({ fileName }) => fileName))].filter(
    isPackage,
  );
}

function isAllowed(from, to, { inTest }) {
  const arrows = inTest ? [...ARROWS, TEST_ARROW] : ARROWS;
  return arrows.some(arrow => arrow.from.test(from) && arrow.to.test(to));
}

function isPackage(specifier) {
  return (
    !/^[./]|^(node|data):/.test(specifier) &&
    !builtinModules.includes(specifier)
  );
}

/** `@scope/name` or `name` of an import specifier. */
function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Where DefinitelyTyped keeps the types of a package. */
function typesPackage(name) {
  return `@types/${name.replace(/^@/, '').replace('/', '__')}`;
}

function sourcesOf(path) {
  return readdirSync(path)
    .filter(name => !['node_modules', 'dist', 'dist-types'].includes(name))
    .map(name => join(path, name))
    .flatMap(full =>
      statSync(full).isDirectory()
        ? sourcesOf(full)
        : SOURCE.test(full) && !full.endsWith('.d.ts')
        ? [full]
        : [],
    );
}

function loadTypescript() {
  return createRequire(import.meta.url)('typescript');
}
