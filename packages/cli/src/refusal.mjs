/**
 * An expected reason not to go on (port taken, disk full, …). It is printed as
 * one line, without a stack trace: the reader has to act, not to debug.
 */
export class Refusal extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = 'Refusal';
  }
}

/** Runs a command's main function and turns failures into an exit code. */
export async function main(run) {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(
      `stoa: ${error instanceof Refusal ? error.message : error.stack}\n`,
    );
  }
}
