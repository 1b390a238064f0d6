// Compiles policies/*.rego into policies/bundle: the WASM module, the data it
// reads, and the digests that tie both to their sources. The same sources give the
// same bytes: OPA writes the paths it was given into the module, so this always
// runs it from the repository's root with relative, sorted paths.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OPA_VERSION = '1.22.2';
const BUNDLE = 'policies/bundle';

process.chdir(join(import.meta.dirname, '..'));

function opa(...args) {
  try {
    return execFileSync('opa', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } catch (error) {
    if (error.code === 'ENOENT') {
      fail(
        `opa is not on the PATH: go install github.com/open-policy-agent/opa@v${OPA_VERSION}`,
      );
    }
    process.stdout.write(error.stdout ?? '');
    return fail(`opa ${args[0]} failed`);
  }
}

function fail(reason) {
  process.stderr.write(`policies:build: ${reason}\n`);
  process.exit(1);
}

function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

const version = /^Version: (\S+)/m.exec(opa('version'))?.[1];
if (version !== OPA_VERSION) {
  fail(`opa ${OPA_VERSION} is needed, this is ${version}`);
}

const sources = readdirSync('policies')
  .filter(name => name.endsWith('.rego') && !name.endsWith('_test.rego'))
  .sort()
  .map(name => `policies/${name}`);

opa('check', '--strict', ...sources);
opa('test', 'policies', '--ignore', 'bundle');

const scratch = mkdtempSync(join(tmpdir(), 'policies-'));
try {
  const archive = join(scratch, 'bundle.tar.gz');
  opa('build', '-t', 'wasm', '-e', 'stoa/decision', '-o', archive, ...sources);
  mkdirSync(BUNDLE, { recursive: true });
  const wasm = execFileSync('tar', ['-xzOf', archive, '/policy.wasm'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 16 * 1024 * 1024,
  });
  writeFileSync(`${BUNDLE}/policy.wasm`, wasm);
} finally {
  rmSync(scratch, { recursive: true });
}

writeFileSync(`${BUNDLE}/data.json`, readFileSync('policies/data.json'));

const digests = Object.fromEntries(
  [
    ...sources,
    'policies/data.json',
    `${BUNDLE}/data.json`,
    `${BUNDLE}/policy.wasm`,
  ].map(file => [file, sha256(file)]),
);
writeFileSync(
  `${BUNDLE}/digest.json`,
  `${JSON.stringify({ opa: OPA_VERSION, sha256: digests }, null, 2)}\n`,
);
process.stdout.write(`${BUNDLE} is built from ${sources.length} sources\n`);
