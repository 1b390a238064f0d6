import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { tools } from '../paths.mjs';
import { Refusal } from '../../../packages/cli/src/refusal.mjs';
import { run, tail } from '../run.mjs';

const PACKAGE = '@octokit/openapi@23.0.2';
const FILE = 'api.github.com.json';

/**
 * A large OpenAPI document that nobody here wrote: GitHub's, taken out of an
 * npm package into `.tools/github-openapi/`. Returns its path.
 */
export async function githubOpenapi() {
  const folder = join(tools, 'github-openapi');
  const target = join(folder, FILE);
  if (existsSync(target)) return target;
  mkdirSync(folder, { recursive: true });
  const draft = mkdtempSync(join(folder, 'draft-'));
  try {
    const packed = await must('npm', ['pack', '--silent', PACKAGE], draft);
    const archive = packed.trim().split('\n').pop();
    const inside = `package/generated/${FILE}`;
    await must('tar', ['-xzf', archive, inside], draft);
    renameSync(join(draft, inside), target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return target;
}

async function must(command, args, cwd) {
  const { code, output } = await run(command, args, { cwd });
  if (code !== 0) {
    throw new Refusal(`${PACKAGE} could not be fetched:\n${tail(output, 5)}`);
  }
  return output;
}
