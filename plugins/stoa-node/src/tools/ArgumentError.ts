/** An argument that cannot become part of a request. */
export class ArgumentError extends Error {
  readonly argument: string;

  /** `message` completes a sentence that begins with the argument's name: `must not be empty`. */
  constructor(argument: string, message: string) {
    super(`"${argument.slice(0, 100)}" ${message}.`);
    this.name = 'ArgumentError';
    this.argument = argument;
  }
}
