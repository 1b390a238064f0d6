import { TestDatabases } from '@backstage/backend-test-utils';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { followFeed } from '../__testUtils__/followFeed';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())(
  'who calls with a token, %s',
  databaseId => {
    let plane: TestControlPlane;
    let feed: ReturnType<typeof followFeed>;

    beforeAll(async () => {
      plane = await startControlPlane({
        knex: await databases.init(databaseId),
      });
      feed = followFeed(plane, ['subscription']);
    });
    afterAll(async () => {
      await feed.stop();
      await plane.stop();
    });

    const lookup = async (question: object) => {
      const { body } = await plane
        .as('plugin:api-runtime')
        .post('/v1/gateways/lookup', question);
      return body.api_subscriptions.map((s: any) => s.subscription_id);
    };

    it('is known by the subscriptions that work, as a person and as a client', async () => {
      const consumer = plane.as('consumer');
      const { body: application } = await consumer.post('/v1/applications', {
        name: 'Robot',
        security_profile: 'oauth2',
      });
      const { body } = await consumer.post('/v1/subscriptions', {
        application_id: application.id,
        tenant_id: 'acme-corp',
        api_id: 'crm-api',
        plan: 'pro',
      });
      const { id } = body.subscription;
      const client = { client_id: application.client_id };
      const person = { subject: 'consumer' };
      expect(body.subscription.status).toBe('pending');
      expect([await lookup(client), await lookup(person)]).toEqual([[], []]);

      const heard = () =>
        feed.heard.filter(line => line.startsWith('put subscription '));
      const told = (times: number) =>
        eventually(async () => {
          expect(heard()).toEqual(
            Array.from({ length: times }, () => [
              'put subscription subject:consumer',
              `put subscription client:${application.client_id}`,
            ]).flat(),
          );
        });
      const move = async (name: string, reason?: string) => {
        const { status } = await plane
          .as('acme-admin')
          .post(`/v1/subscriptions/${id}/${name}`, reason ? { reason } : {});
        expect(status).toBe(200);
      };
      await move('approve');
      await told(1);
      expect([await lookup(client), await lookup(person)]).toEqual([
        [id],
        [id],
      ]);
      expect(await lookup({ subject: 'other-consumer' })).toEqual([]);
      expect(await lookup({ client_id: 'no-such' })).toEqual([]);

      await move('suspend', 'Because');
      await told(2);
      expect([await lookup(client), await lookup(person)]).toEqual([[], []]);
      await move('reactivate');
      const suspended = await plane
        .as('platform-admin')
        .post('/v1/tenants/acme-corp/suspend', { reason: 'Because' });
      expect(suspended.status).toBe(200);
      expect([await lookup(client), await lookup(person)]).toEqual([[], []]);
    });
  },
);
