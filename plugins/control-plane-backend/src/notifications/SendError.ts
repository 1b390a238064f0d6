/** Why something could not be sent, in words that name no address and no secret. */
export class SendError extends Error {
  constructor(
    message: string,
    /** Trying again would not help. */
    readonly final: boolean,
  ) {
    super(message);
    this.name = 'SendError';
  }
}
