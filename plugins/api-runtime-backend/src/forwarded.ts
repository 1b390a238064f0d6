import { Call, CallRecord, Route, Upgrade } from '@stoa/plugin-stoa-node';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Caller } from './admission';
import { CacheVisit } from './cache/CacheVisit';
import { RoutePlan } from './policies/RoutePlan';

/** A call that may go to its backend. */
export interface Forwarded {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly call: Call;
  readonly route: Route;
  readonly plan: RoutePlan;
  /** At the backend, with the query. */
  readonly path: string;
  /** Where the caller sits. */
  readonly address: string;
  readonly caller: Caller;
  /** The gateway's own fields of the answer. */
  readonly headers: Record<string, string>;
  readonly record: CallRecord;
  /** Where the caller opens a WebSocket. */
  readonly upgrade?: Upgrade & {
    /** Rejects once the caller may not call any more. */
    readonly recheck: () => Promise<void>;
    /** Until the WebSocket is closed, once it is open. */
    tunnel?: Promise<void>;
  };
  /** Where it was read already. */
  readonly body?: Buffer;
  /** Where the route has a cache. */
  readonly visit?: CacheVisit;
}
