import { StoaError } from '@stoa/plugin-stoa-common';

/** A refusal for too many calls or tries; `retryAfter` is seconds. */
export class TooMany extends StoaError {
  readonly retryAfter: number;

  constructor(message: string, retryAfter: number) {
    super('stoa.rate_limited', message);
    this.retryAfter = retryAfter;
  }
}
