/* eslint-disable jest/no-export -- a suite that the tests of every adapter run */
import { StoaEvent, Topic } from '@stoa/plugin-stoa-common';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace';
import { v7 as uuid } from 'uuid';
import { currentTraceparent } from '../telemetry/spans';
import { installTracing } from '../telemetry/traceExport';
import { until } from '../testUtils/waiting';
import { EventBus, Message, TryLater } from './EventBus';

/** A bus that gives up on an event that failed three times. */
export interface EventBusHarness {
  readonly bus: EventBus;
  /** Publishes as the outbox does: again, until all were taken or given up. */
  offer(messages: readonly Message[]): Promise<void>;
  /** What was given up. */
  deadLetters(): Promise<{ event_id: string; reason: string }[]>;
}

export function eventOf(tenant: string, payload: object = {}): StoaEvent {
  return {
    event_id: uuid(),
    event_type: 'api-created',
    timestamp: new Date().toISOString(),
    correlation_id: 'c',
    tenant_id: tenant,
    source: 'tests',
    version: 1,
    payload: { ...payload },
  };
}

export function messagesOf(
  topic: Topic,
  tenant: string,
  count: number,
): Message[] {
  return Array.from({ length: count }, (_, n) => ({
    topic,
    event: eventOf(tenant, { n }),
  }));
}

/**
 * What every adapter of `EventBus` must do, as a Jest suite. For tests only;
 * `create` gives a fresh harness that it stops itself.
 */
export function eventBusContract(create: () => Promise<EventBusHarness>): void {
  let harness: EventBusHarness;
  beforeEach(async () => {
    harness = await create();
  });

  /** Starts a group, and answers the list that its events come to. */
  const collect = (
    group: string,
    topics: Topic[],
    before: (event: StoaEvent) => void = () => {},
  ) => {
    const seen: StoaEvent[] = [];
    harness.bus.subscribe({
      group,
      topics,
      handler: async event => {
        before(event);
        seen.push(event);
      },
    });
    return seen;
  };

  it('gives every group all events of its topics, as they were published', async () => {
    const one = collect('one', ['api-created', 'api-deleted']);
    const two = collect('two', ['api-created']);
    expect(() => collect('two', ['api-deleted'])).toThrow('already');
    await harness.bus.start();
    const messages: Message[] = [
      { topic: 'api-created', event: eventOf('acme', { name: 'é 𝄞 \u0000' }) },
      { topic: 'api-deleted', event: eventOf('acme', { deep: [{ a: null }] }) },
      { topic: 'webhooks', event: eventOf('acme') },
    ];
    await harness.offer(messages);
    await harness.offer([]);
    await until(() => one.length === 2 && two.length === 1);
    const sent = messages.map(m => m.event);
    expect(two).toEqual([sent[0]]);
    expect(one).toEqual(expect.arrayContaining(sent.slice(0, 2)));
  });

  it('keeps the order of a tenant within a topic, however much comes at once', async () => {
    const seen = collect('one', ['subscriptions', 'deploy-results']);
    await harness.bus.start();
    const tenants = Array.from({ length: 12 }, (_, i) => `tenant-${i}`);
    await Promise.all(
      tenants.map(async tenant => {
        const left = messagesOf('subscriptions', tenant, 60);
        while (left.length > 0) await harness.offer(left.splice(0, 7));
      }),
    );
    await until(() => seen.length === 12 * 60);
    for (const tenant of tenants) {
      const order = seen
        .filter(e => e.tenant_id === tenant)
        .map(e => e.payload.n);
      expect(order).toEqual(order.map((_, n) => n));
    }
  });

  it('lets handlers go on with the trace that an event came of', async () => {
    const exporter = new InMemorySpanExporter();
    const stop = installTracing(new SimpleSpanProcessor({ exporter }));
    try {
      const traces: (string | undefined)[] = [];
      collect('one', ['api-created'], () => traces.push(currentTraceparent()));
      await harness.bus.start();
      const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
      await harness.offer([
        { topic: 'api-created', event: eventOf('acme'), traceparent },
        { topic: 'api-created', event: eventOf('acme') },
      ]);
      await until(() => traces.length === 2);
      expect(traces).toEqual([traceparent, undefined]);
    } finally {
      await stop();
    }
  });

  it('tries an event again that failed, and gives the next one after it', async () => {
    let failures = 2;
    const seen = collect('one', ['api-created'], ({ payload }) => {
      if (payload.n === 1 && failures > 0) {
        failures -= 1;
        throw new Error('not yet');
      }
    });
    await harness.bus.start();
    await harness.offer(messagesOf('api-created', 'acme', 4));
    await until(() => seen.length === 4);
    expect(seen.map(e => e.payload.n)).toEqual([0, 1, 2, 3]);
    expect(await harness.deadLetters()).toEqual([]);
  });

  it('sets an event aside that fails always, with the reason, and goes on', async () => {
    const seen = collect('one', ['api-created'], ({ payload }) => {
      if (payload.n === 1) throw new Error('poison');
    });
    await harness.bus.start();
    const messages = messagesOf('api-created', 'acme', 3);
    await harness.offer(messages);
    await until(() => seen.length === 2);
    expect(seen.map(e => e.payload.n)).toEqual([0, 2]);
    expect(await harness.deadLetters()).toEqual([
      { event_id: messages[1].event.event_id, reason: 'poison' },
    ]);
  });

  it('gives up on no event while what its handler needs is away', async () => {
    let away = 5;
    const seen = collect('one', ['api-created'], () => {
      if (away > 0) {
        away -= 1;
        throw new TryLater(new Error('the database is away'));
      }
    });
    await harness.bus.start();
    await harness.offer(messagesOf('api-created', 'acme', 2));
    await until(() => seen.length === 2);
    expect(await harness.deadLetters()).toEqual([]);
  });

  it('works when it says so', async () => {
    await harness.bus.check();
  });
}
