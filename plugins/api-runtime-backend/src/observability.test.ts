import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace';
import { installTracing } from '@stoa/plugin-stoa-node';
import { until } from '@stoa/plugin-stoa-node/testUtils';
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { CRM, makeKey, useRuntime } from './__testUtils__/runtime';

const given = useRuntime();
const SECRET = 'a-secret-of-the-caller';

describe('the metrics of the data plane', () => {
  /** The series of a name: their labels, as they are written, and values. */
  async function series(name: string): Promise<Record<string, number>> {
    const answer = await fetch(given.runtime.metricsUrl);
    const lines = (await answer.text()).split('\n');
    return Object.fromEntries(
      lines
        .filter(line => line.startsWith(`${name}{`))
        .map(line => {
          const end = line.lastIndexOf('}');
          const labels = line.slice(name.length + 1, end);
          return [labels, Number(line.slice(end + 2))];
        }),
    );
  }
  const route = 'tenant="acme",environment="dev",api="crm"';

  it('count each call once, by what became of it', async () => {
    const count = () => series('stoa_gateway_requests_total');
    const before = await count();
    await given.call(`${CRM}/${SECRET}?q=${SECRET}`);
    await given.call(`${CRM}/x`);
    await given.call(`${CRM}/x`, { headers: { 'x-api-key': SECRET } });
    given.upstream.respond = (_req, res) => res.writeHead(500).end();
    await given.call(`${CRM}/x`);
    await given.call('/gateway/dev/acme/none/v1/x');
    const after = await count();
    const more = Object.entries(after)
      .map(([labels, n]) => [labels, n - (before[labels] ?? 0)])
      .sort();
    expect(more).toEqual([
      [`${route},status="error"`, 1],
      [`${route},status="policy_denied"`, 1],
      [`${route},status="success"`, 2],
    ]);
  });

  it('tell how long calls and backends took, and what waits on disk', async () => {
    given.upstream.respond = (_req, res) => {
      setTimeout(() => res.end('late'), 60);
    };
    await given.call(`${CRM}/x`);
    for (const name of ['request', 'backend']) {
      const sum = `stoa_gateway_${name}_duration_seconds_sum`;
      expect((await series(sum))[route]).toBeGreaterThan(0.05);
    }
    const spool = await series('stoa_metering_spooled_bytes');
    expect(Object.keys(spool)).toEqual(['gateway="api-runtime"']);
    const all = await (await fetch(given.runtime.metricsUrl)).text();
    expect(all).not.toContain(SECRET);
    expect(all).not.toContain(given.key);
  });
});

describe('a trace through the data plane', () => {
  const exporter = new InMemorySpanExporter();
  let stopTracing: () => Promise<void>;
  beforeAll(() => {
    stopTracing = installTracing(new SimpleSpanProcessor({ exporter }));
  });
  afterAll(() => stopTracing());

  const spansOf = (traceId: string) =>
    exporter
      .getFinishedSpans()
      .filter(span => span.spanContext().traceId === traceId);

  it('leads from the caller through every attempt to the backend', async () => {
    given.controlPlane.putRoute('dev/acme/crm/traced', given.upstream.url, [
      { type: 'retry', config: { attempts: 1 } },
    ]);
    const seen: IncomingHttpHeaders[] = [];
    given.upstream.respond = (req, res) => {
      seen.push(req.headers);
      res.writeHead(seen.length === 1 ? 503 : 200).end();
    };
    const traceId = randomBytes(16).toString('hex');
    const caller = randomBytes(8).toString('hex');
    const path = `/gateway/dev/acme/crm/traced/${SECRET}?q=${SECRET}`;
    const headers = {
      traceparent: `00-${traceId}-${caller}-01`,
      tracestate: 'vendor=1',
    };
    let answer: Response | undefined;
    await until(async () => {
      answer = await given.call(path, { headers });
      return answer.status !== 404;
    });
    const id = answer!.headers.get('x-request-id');
    expect(answer!.status).toBe(200);
    const ofCall = () =>
      spansOf(traceId).filter(
        span => span.attributes['stoa.request_id'] === id,
      );
    await until(() => ofCall().length === 3);
    const spans = ofCall();
    const [server] = spans.filter(({ kind }) => kind === SpanKind.SERVER);
    const attempts = spans.filter(({ kind }) => kind === SpanKind.CLIENT);
    const [first, second] = attempts;
    expect(server).toMatchObject({
      name: 'GET /gateway/{environment}/{tenant}/{api}/{version}',
      parentSpanContext: { spanId: caller, isRemote: true },
      attributes: {
        'stoa.environment': 'dev',
        'stoa.tenant': 'acme',
        'stoa.api': 'crm',
        'stoa.version': 'traced',
        'http.response.status_code': 200,
      },
    });
    for (const [index, attempt] of attempts.entries()) {
      const { spanId } = attempt.spanContext();
      expect(attempt.parentSpanContext?.spanId).toBe(
        server.spanContext().spanId,
      );
      expect(seen[index]).toMatchObject({
        traceparent: `00-${traceId}-${spanId}-01`,
        tracestate: 'vendor=1',
      });
    }
    expect(first.status.code).toBe(SpanStatusCode.ERROR);
    expect(second.attributes['http.response.status_code']).toBe(200);
    const event = await given.metered(id);
    expect(event.traceparent).toMatch(new RegExp(`^00-${traceId}-`));
    expect(
      JSON.stringify(
        spans.map(({ name, attributes, events }) => ({
          name,
          attributes,
          events,
        })),
      ),
    ).not.toContain(SECRET);
  });

  it('begins here without a caller, and marks what failed', async () => {
    exporter.reset();
    const { key } = makeKey(given.controlPlane, { status: 'suspended' });
    const refused = await given.call(`${CRM}/x`, {
      headers: { 'x-api-key': key, 'x-request-id': 'refused-1' },
    });
    expect(refused.status).toBe(403);
    given.upstream.respond = (_req, res) => res.destroy();
    await given.call(`${CRM}/x`, { headers: { 'x-request-id': 'broken-1' } });
    const of = (id: string) =>
      exporter
        .getFinishedSpans()
        .filter(span => span.attributes['stoa.request_id'] === id);
    await until(() => of('broken-1').length === 2);
    const [server] = of('refused-1');
    expect([server.parentSpanContext, server.status.code]).toEqual([
      undefined,
      SpanStatusCode.UNSET,
    ]);
    for (const span of of('broken-1')) {
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
    }
  });
});
