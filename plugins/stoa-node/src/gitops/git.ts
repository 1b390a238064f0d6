import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { devNull } from 'node:os';

/** What a finished git process left behind. */
export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
}

export interface GitRunOptions {
  /** Written to standard input, piece by piece. */
  readonly input?: Iterable<string | Buffer>;
  /** Exit codes that are answers, not failures; `[0]` by default. */
  readonly codes?: readonly number[];
}

const TIMEOUT = 300_000;
const MAX_OUTPUT = 512 * 1024 * 1024;

// Nothing of the machine or of the person at it reaches git: no configuration,
// no attributes, no prompts, no replaced objects, no magic in paths.
const ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  // Windows needs it to start any process.
  ...(process.env.SystemRoot && { SystemRoot: process.env.SystemRoot }),
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: devNull,
  GIT_ATTR_NOSYSTEM: '1',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_TERMINAL_PROMPT: '0',
};

// Hooks and file system monitors are programs a repository may name; protocols
// are ways to the outside. We need none. Lost power must not lose a commit.
const SETTINGS = [
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  'core.fsync=all',
  'core.filesRefLockTimeout=1000',
  'core.packedRefsTimeout=1000',
  'protocol.allow=never',
  'gc.auto=0',
  'maintenance.auto=false',
];

/** Starts git on the bare repository at `gitDir`; arguments never pass a shell. */
export function startGit(
  gitDir: string,
  args: readonly string[],
): ChildProcessWithoutNullStreams {
  const settings = [...SETTINGS, `safe.directory=${gitDir}`];
  return spawn(
    'git',
    [
      `--git-dir=${gitDir}`,
      ...settings.flatMap(setting => ['-c', setting]),
      ...args,
    ],
    { env: ENVIRONMENT, windowsHide: true },
  );
}

/**
 * Runs git to its end. Throws when it is not installed, exits with another code
 * than those given, takes more than five minutes or prints more than 512 MiB.
 */
export async function runGit(
  gitDir: string,
  args: readonly string[],
  options: GitRunOptions = {},
): Promise<GitResult> {
  const child = startGit(gitDir, args);
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT);
  const stdout: Buffer[] = [];
  let size = 0;
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_OUTPUT) child.kill('SIGKILL');
    else stdout.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < 1000) stderr += chunk.toString();
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve(code ?? -1));
  });
  // A process that ends early breaks the pipe; its exit code tells why.
  child.stdin.on('error', () => {});
  for (const piece of options.input ?? []) child.stdin.write(piece);
  child.stdin.end();
  try {
    const code = await ended;
    if (!(options.codes ?? [0]).includes(code)) {
      throw new Error(
        `git ${args[0]} ended with ${code}: ${stderr.slice(0, 1000).trim()}`,
      );
    }
    return { code, stdout: Buffer.concat(stdout) };
  } catch (error) {
    if (error instanceof Object && 'code' in error && error.code === 'ENOENT') {
      throw new Error('The "git" command is not installed', { cause: error });
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Splits the output of a `-z` command into its records. */
export function* records(output: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = output.indexOf(0); end >= 0; end = output.indexOf(0, start)) {
    yield output.subarray(start, end);
    start = end + 1;
  }
}
