import { LoggerService } from '@backstage/backend-plugin-api';
import { StoaEvent, Topic } from '@stoa/plugin-stoa-common';
import { EventBus } from '@stoa/plugin-stoa-node';
import { randomUUID } from 'node:crypto';
import { appendAudit } from '../audit/AuditChain';
import { AuditMessage, FeedInput, UnitOfWork } from '../database/UnitOfWork';
import { isPostgres } from '../database/values';
import { FeedStore } from '../feed/FeedStore';
import { FeedStream } from '../feed/FeedStream';
import { Inbox } from './Inbox';
import { oneByOne } from './Lane';
import { Relay } from './Relay';

export interface Outbox {
  /** Where consumers subscribe, before `start`. */
  readonly inbox: Inbox;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Carries what transactions left behind: events to the bus, audit and feed to their tables. */
export function createOutbox(options: {
  readonly unitOfWork: UnitOfWork;
  readonly bus: EventBus;
  readonly feedStore: FeedStore;
  readonly feed: FeedStream;
  readonly logger: LoggerService;
}): Outbox {
  const { unitOfWork, bus, feedStore, feed, logger } = options;
  const { knex } = unitOfWork;
  const relay = new Relay({
    knex,
    logger,
    // A file database has one process, which finds its own leases again after a crash.
    owner: isPostgres(knex) ? randomUUID() : 'only',
    carriers: {
      event: rows =>
        bus.publish(
          rows.map(row => ({
            topic: row.topic as Topic,
            event: row.message as StoaEvent,
            traceparent: row.traceparent ?? undefined,
          })),
        ),
      audit: oneByOne(row =>
        appendAudit(knex, row.id, row.message as AuditMessage),
      ),
      feed: oneByOne(async row => {
        await feedStore.append(row.id, row.message as FeedInput);
        feed.notify();
      }),
    },
  });
  unitOfWork.onCommit(() => relay.poke());
  return {
    inbox: new Inbox(knex, bus),
    start: async () => {
      await bus.start();
      relay.start();
    },
    stop: async () => {
      await relay.stop();
      await bus.stop();
    },
  };
}
