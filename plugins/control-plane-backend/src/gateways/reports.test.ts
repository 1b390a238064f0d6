import { TestDatabases } from '@backstage/backend-test-utils';
import { startControlPlane, TestControlPlane } from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const uuid = (n: number) => `0199a1de-0000-7000-8000-00000000010${n}`;

describe.each(databases.eachSupportedId())(
  'reports of gateways, %s',
  databaseId => {
    let plane: TestControlPlane;

    beforeAll(async () => {
      plane = await startControlPlane({
        knex: await databases.init(databaseId),
      });
    });
    afterAll(() => plane.stop());

    const gateway = () => plane.as('plugin:api-runtime');

    it('counts calls of tools beside those of the API', async () => {
      const call = {
        timestamp: new Date().toISOString(),
        tenant_id: 'acme-corp',
        subject: 'consumer',
        api: 'orders-api',
        status: 'success',
        latency_ms: 12,
      };
      const sent = await gateway().post('/v1/gateways/events', {
        metering: [
          { ...call, kind: 'api', event_id: uuid(1) },
          {
            ...call,
            kind: 'tool',
            event_id: uuid(2),
            server: 'order-tools',
            tool: 'getOrder',
          },
        ],
      });
      expect(sent.status).toBe(202);
      const mine = await plane.as('consumer').get('/v1/my/usage');
      expect(mine.body.totals.calls).toBe(2);
      expect(
        mine.body.items.map((i: any) => [i.api_id, i.server, i.tool]),
      ).toEqual(
        expect.arrayContaining([
          ['orders-api', null, null],
          ['orders-api', 'order-tools', 'getOrder'],
        ]),
      );
    });

    it('keeps pictures of failed calls once, masked, for operators and the caller', async () => {
      const error = {
        event_id: uuid(3),
        timestamp: new Date().toISOString(),
        tenant_id: 'acme-corp',
        subject: 'consumer',
        server: 'order-tools',
        tool: 'getOrder',
        api: 'orders-api',
        error_type: 'server_unavailable',
        error_message:
          'Backend said: token stoa_sk_0123456789abcdefghijABCDEFGHIJ01',
        http_status: 502,
        request: { arguments: { order_id: '7', password: 'hunter2' } },
        response: { parts: Array(10).fill('x'.repeat(1_900)) },
        request_id: 'request-1',
      };
      for (let i = 0; i < 2; i += 1) {
        const sent = await gateway().post('/v1/gateways/events', {
          metering: [],
          errors: [
            error,
            { ...error, event_id: uuid(4), subject: 'acme-devops' },
          ],
        });
        expect(sent.status).toBe(202);
      }
      const all = await plane
        .as('acme-viewer')
        .get('/v1/tenants/acme-corp/snapshots?tool=getOrder&limit=1');
      const rest = await plane
        .as('acme-viewer')
        .get(`/v1/tenants/acme-corp/snapshots?cursor=${all.body.next_cursor}`);
      expect([
        ...all.body.items.map((s: any) => s.id),
        ...rest.body.items.map((s: any) => s.id),
      ]).toEqual([uuid(4), uuid(3)]);
      const mine = await plane.as('consumer').get('/v1/my/snapshots');
      expect(mine.body.items).toMatchObject([
        {
          id: uuid(3),
          subject_name: 'The consumer',
          server: 'order-tools',
          tool: 'getOrder',
          error_type: 'server_unavailable',
          http_status: 502,
          status: 'unresolved',
          response: { truncated: true },
        },
      ]);
      expect(JSON.stringify(mine.body)).not.toMatch(/hunter2|ABCDEFGHIJ01/);
      expect(
        (
          await plane
            .as('demo-admin')
            .get(`/v1/tenants/demo-tenant/snapshots/${uuid(3)}`)
        ).status,
      ).toBe(404);
    });
  },
);
