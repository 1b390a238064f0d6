import { TestDatabases } from '@backstage/backend-test-utils';
import { installTracing } from '@stoa/plugin-stoa-node';
import {
  InMemorySpanExporter,
  ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace';
import { randomBytes } from 'node:crypto';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('traces, %s', databaseId => {
  const exporter = new InMemorySpanExporter();
  let plane: TestControlPlane;
  let stopTracing: () => Promise<void>;
  let application: string;

  beforeAll(async () => {
    stopTracing = installTracing(new SimpleSpanProcessor({ exporter }));
    plane = await startControlPlane({ knex: await databases.init(databaseId) });
    const made = await plane
      .as('consumer')
      .post('/v1/applications', { name: 'Order desk' });
    application = made.body.id;
  });
  afterAll(async () => {
    await plane.stop();
    await stopTracing();
  });

  const subscribe = (headers: Record<string, string>) =>
    plane
      .as('consumer')
      .post('/v1/subscriptions', {
        application_id: application,
        tenant_id: 'acme-corp',
        api_id: 'crm-api',
        plan: 'free',
      })
      .set(headers);

  const spansOf = (traceId: string) =>
    exporter
      .getFinishedSpans()
      .filter(span => span.spanContext().traceId === traceId);

  const ids = (span: ReadableSpan) => span.spanContext().spanId;

  it('go on from the caller through the transaction to the consumers of its event', async () => {
    const traceId = randomBytes(16).toString('hex');
    const caller = randomBytes(8).toString('hex');
    const made = await subscribe({
      traceparent: `00-${traceId}-${caller}-01`,
      'X-Request-ID': 'the-request-1',
    });
    expect([made.status, made.headers['x-request-id']]).toEqual([
      201,
      'the-request-1',
    ]);
    const [server, unit] = await eventually(async () => {
      const spans = spansOf(traceId);
      const handled = spans.filter(
        s => s.name === 'process subscription-created',
      );
      expect(
        handled.map(s => s.attributes['messaging.consumer.group.name']),
      ).toEqual(expect.arrayContaining(['notifier', 'webhooks']));
      const serving = spans.find(s => s.name === 'POST /v1/subscriptions')!;
      const units = spans.filter(
        s =>
          s.name === 'unit of work' &&
          s.parentSpanContext?.spanId === ids(serving),
      );
      // The one that the event was written in.
      const writing = units.find(
        s => ids(s) === handled[0].parentSpanContext?.spanId,
      )!;
      return [serving, writing];
    });
    expect(server.parentSpanContext).toMatchObject({
      spanId: caller,
      isRemote: true,
    });
    expect(server.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/subscriptions',
      'http.response.status_code': 201,
      'stoa.operation': 'createSubscription',
      'stoa.request_id': 'the-request-1',
    });
    expect(unit.attributes).toEqual({
      'db.system.name': databaseId === 'SQLITE_3' ? 'sqlite' : 'postgresql',
      'stoa.request_id': 'the-request-1',
    });
    for (const span of spansOf(traceId))
      expect(span.attributes['stoa.request_id']).toBe('the-request-1');
    await plane
      .as('consumer')
      .delete(`/v1/subscriptions/${made.body.subscription.id}`);
  });

  it('begin here without a caller, and take nothing from what is no trace', async () => {
    const traces = new Set<string>();
    for (const traceparent of ['', 'nonsense', `00-${'0'.repeat(32)}-x-01`]) {
      exporter.reset();
      const answer = await plane
        .as('consumer')
        .get('/v1/me')
        .set({ traceparent });
      expect(answer.status).toBe(200);
      await eventually(async () => {
        const [span] = exporter
          .getFinishedSpans()
          .filter(s => s.name === 'GET /v1/me');
        expect(span.parentSpanContext).toBeUndefined();
        traces.add(span.spanContext().traceId);
      });
    }
    expect(traces.size).toBe(3);
  });

  it('tell how a request ended, and nothing of what was in it', async () => {
    const traceId = randomBytes(16).toString('hex');
    const headers = {
      traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
    };
    const refused = await plane
      .as('consumer')
      .post('/v1/subscriptions', {
        application_id: application,
        tenant_id: 'acme-corp',
        api_id: 'a-secret-api',
        plan: 'free',
      })
      .set(headers);
    expect(refused.status).toBe(404);
    await eventually(async () => {
      const server = spansOf(traceId).find(s => s.kind === 1)!;
      expect(server.attributes['http.response.status_code']).toBe(404);
    });
    const told = spansOf(traceId).map(s => [s.name, s.attributes, s.events]);
    expect(JSON.stringify(told)).not.toContain('a-secret-api');
  });
});
