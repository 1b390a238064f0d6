import { spawn } from 'node:child_process';

/**
 * Runs a program to its end and collects what it says.
 *
 * @param {object} [options]
 * @param {'collect' | 'show'} [options.output] `show` passes it on to the terminal while it is collected too
 * @returns {Promise<{code: number, output: string}>} stdout and stderr together; a signal counts as 128
 */
export function run(
  command,
  args,
  { cwd, env, output = 'collect', uid, gid } = {},
) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      uid,
      gid,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.on('data', chunk => {
        chunks.push(chunk);
        if (output === 'show') to.write(chunk);
      });
    }
    child.on('error', reject);
    child.on('close', code =>
      resolve({ code: code ?? 128, output: Buffer.concat(chunks).toString() }),
    );
  });
}

/** The last lines of a program's output: what a reader needs to see of a failure. */
export function tail(output, lines = 15) {
  return output.trimEnd().split('\n').slice(-lines).join('\n');
}
