import { TestDatabases } from '@backstage/backend-test-utils';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { startControlPlane, TestControlPlane } from '../__testUtils__';
import { makeOneOfEach } from '../__testUtils__/oneOfEach';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise(done => server.close(done));
  return port;
}

describe.each(databases.eachSupportedId())('the metrics, %s', databaseId => {
  let plane: TestControlPlane;
  let port: number;

  beforeAll(async () => {
    const knex = await databases.init(databaseId);
    port = await freePort();
    plane = await startControlPlane({ knex, metricsPort: port });
    await makeOneOfEach(plane, knex);
  });
  afterAll(() => plane.stop());

  /** The series of a name: their labels, as they are written, and values. */
  async function series(name: string): Promise<Record<string, number>> {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
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

  it('count requests by the path of the contract', async () => {
    const tenant = '/v1/tenants/acme-corp';
    const labels = (status: number) =>
      `endpoint="/v1/tenants/{tenant_id}",method="GET",status="${status}"`;
    const before = await series('stoa_api_requests_total');
    await plane.as('acme-admin').get(tenant);
    await plane.as('acme-viewer').get(tenant);
    await plane.as('demo-admin').get(tenant);
    const after = await series('stoa_api_requests_total');
    const more = (status: number) =>
      (after[labels(status)] ?? 0) - (before[labels(status)] ?? 0);
    expect([more(200), more(404)]).toEqual([2, 1]);
    const took = await series('stoa_api_request_duration_seconds_sum');
    expect(took['endpoint="/v1/tenants/{tenant_id}"']).toBeGreaterThan(0);
  });

  it('tell how much there is in which state', async () => {
    expect(await series('stoa_subscriptions_total')).toEqual({
      'tenant="acme-corp",status="pending"': 2,
    });
    const deployments = await series('stoa_deployments_total');
    const succeeded = (tenant: string) =>
      deployments[`tenant="${tenant}",environment="dev",status="success"`];
    expect(succeeded('acme-corp')).toBeGreaterThan(1);
    expect(succeeded('demo-tenant')).toBe(1);
  });

  it('are on no port that tenants reach', async () => {
    const answer = await fetch(new URL('/metrics', plane.url));
    expect(answer.status).toBe(404);
  });
});
