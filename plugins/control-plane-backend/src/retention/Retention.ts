import {
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';

/** What is kept for some days, and then forgotten. The audit is not among it. */
const KINDS = [
  {
    key: 'meteringDays',
    days: 90,
    table: 'metering_events',
    id: 'event_id',
    time: 'at',
  },
  {
    key: 'usageDays',
    days: 1100,
    table: 'usage_rollups',
    id: 'id',
    time: 'bucket',
  },
  {
    key: 'snapshotsDays',
    days: 30,
    table: 'mcp_error_snapshots',
    id: 'id',
    time: 'created_at',
  },
  {
    key: 'deliveriesDays',
    days: 30,
    table: 'webhook_deliveries',
    id: 'id',
    time: 'created_at',
  },
  {
    key: 'notificationsDays',
    days: 30,
    table: 'notification_deliveries',
    id: 'id',
    time: 'created_at',
  },
  {
    key: 'approvalsDays',
    days: 90,
    table: 'mcp_approvals',
    id: 'id',
    time: 'created_at',
  },
] as const;
type Kind = (typeof KINDS)[number];

const DAY_MS = 86_400_000;
/** Rows forgotten in one statement: others get at the tables in between. */
const BATCH = 1000;

/** Forgets what is older than `stoa.retention` says. Throws, when made, for what makes no sense. */
export class Retention {
  readonly #kinds: readonly (Kind & { readonly kept: number })[];

  constructor(
    readonly options: {
      readonly config: RootConfigService;
      readonly knex: Knex;
      readonly logger: LoggerService;
      readonly batch?: number;
    },
  ) {
    this.#kinds = KINDS.map(kind => ({ ...kind, kept: this.#daysOf(kind) }));
  }

  /** May be cut short by the signal or a crash at any time: the next run goes on from there. */
  async run(signal?: AbortSignal): Promise<void> {
    for (const kind of this.#kinds) {
      const rows = await this.#forget(kind, signal);
      if (rows > 0)
        this.options.logger.info('Forgot what is old', {
          table: kind.table,
          rows,
        });
    }
  }

  async #forget(
    { table, id, time, kept }: Kind & { readonly kept: number },
    signal?: AbortSignal,
  ): Promise<number> {
    const { knex, batch = BATCH } = this.options;
    const before = new Date(Date.now() - kept * DAY_MS).toISOString();
    let all = 0;
    for (let found = batch; found === batch && !signal?.aborted; ) {
      const oldest = knex(table)
        .select(id)
        .where(time, '<', before)
        .orderBy(time)
        .limit(batch);
      found = await knex(table).whereIn(id, oldest).del();
      all += found;
    }
    return all;
  }

  #daysOf({ key, days }: Kind): number {
    const name = `stoa.retention.${key}`;
    const given = this.options.config.getOptionalNumber(name) ?? days;
    if (!Number.isInteger(given) || given < 1)
      throw new Error(`${name} is ${given}; use a whole number of days from 1`);
    return given;
  }
}
