import { TestDatabases } from '@backstage/backend-test-utils';
import { StoaError } from '@stoa/plugin-stoa-common';
import knexFactory from 'knex';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../../__testUtils__';
import { openDatabase, runControlPlane } from '../../__testUtils__/processes';

jest.setTimeout(120_000);

const databases = TestDatabases.create({
  ids: ['SQLITE_3', 'POSTGRES_15'],
  disableDocker: true,
});

describe.each(databases.eachSupportedId())('provisioning, %s', databaseId => {
  let plane: TestControlPlane;
  let trouble: Error | undefined;
  const calls: string[] = [];

  beforeAll(async () => {
    plane = await startControlPlane({
      knex: await databases.init(databaseId),
      identityAdmin: {
        ensureTenant: async tenantId => {
          calls.push(tenantId);
          if (trouble) throw trouble;
        },
      },
    });
  });
  afterAll(() => plane.stop());

  const root = () => plane.as('platform-admin');
  const provisioning = async (id: string) =>
    (await root().get(`/v1/tenants/${id}/provisioning`)).body;
  const states = (body: { steps: { status: string }[] }) =>
    body.steps.map(step => step.status);

  it('shows the step that failed, and goes on with it when it is told to', async () => {
    trouble = new StoaError('stoa.unavailable', 'The provider is down.');
    await root().post('/v1/tenants', { id: 'first', display_name: 'First' });
    await eventually(async () =>
      expect((await provisioning('first')).status).toBe('failed'),
    );
    const failed = await provisioning('first');
    expect(states(failed)).toEqual(['done', 'failed', 'pending']);
    expect(failed.steps[1]).toMatchObject({
      attempts: 1,
      message: 'The provider is down.',
    });

    // Words that are not ours may hold what nobody should read.
    trouble = new Error('password=hunter2');
    const retries = await Promise.all(
      Array.from({ length: 20 }, () =>
        root().post('/v1/tenants/first/provisioning/retry'),
      ),
    );
    const taken = retries.filter(r => r.status === 202);
    expect(taken.length).toBeGreaterThan(0);
    for (const { body } of retries.filter(r => r.status !== 202))
      expect(body.error.code).toBe('stoa.tenant.illegal_transition');
    await eventually(async () =>
      expect((await provisioning('first')).status).toBe('failed'),
    );
    const again = await provisioning('first');
    expect(again.steps[1].message).toMatch(/^It failed; the log/);
    expect(JSON.stringify(again)).not.toMatch(/hunter2/);
    // Each retry that was taken is one attempt, and what was done is not done again.
    expect(again.steps[1].attempts).toBe(1 + taken.length);
    expect(again.steps[0].attempts).toBe(1);

    trouble = undefined;
    await root().post('/v1/tenants/first/provisioning/retry');
    await eventually(async () =>
      expect((await provisioning('first')).status).toBe('ready'),
    );
    expect(states(await provisioning('first'))).toEqual(Array(3).fill('done'));
    const late = await root().post('/v1/tenants/first/provisioning/retry');
    expect(late.body.error).toMatchObject({
      code: 'stoa.tenant.illegal_transition',
      details: { status: 'ready', move: 'retry' },
    });
    expect(
      (await root().post('/v1/tenants/nobody/provisioning/retry')).status,
    ).toBe(404);
    await eventually(async () => {
      const audit = await root().get('/v1/tenants/first/audit?limit=100');
      const outcomes = audit.body.items
        .filter((e: any) => e.action === 'stoa.tenant.provision')
        .map((e: any) => e.outcome);
      expect(outcomes).toEqual([
        'success',
        ...Array(1 + taken.length).fill('failed'),
      ]);
    });
  });

  it('takes up tenants that came by Git', async () => {
    await plane.repository.commit({
      changes: [
        {
          path: 'tenants/by-git/tenant.yaml',
          content:
            'apiVersion: stoa.cab-i.com/v1alpha1\nkind: Tenant\nmetadata: { name: by-git }\nspec: { displayName: By Git }\n',
        },
      ],
      message: 'From outside',
      author: { name: 'Nobody', email: 'nobody@example.com' },
    });
    // Brings the projection along.
    await root().post('/v1/tenants', { id: 'other', display_name: 'Other' });
    await plane.sweep();
    expect((await provisioning('by-git')).status).toBe('ready');
    expect(calls.filter(id => id === 'by-git')).toHaveLength(1);
  });
});

describe.each(['SQLITE_3', 'POSTGRES_15'])(
  'provisioning killed with -9, %s',
  kind => {
    it('goes on where it was', async () => {
      if (
        !databases
          .eachSupportedId()
          .flat()
          .includes(kind as 'SQLITE_3')
      )
        return;
      const dataDir = await mkdtemp(join(tmpdir(), 'stoa-provisioning-'));
      const database = await openDatabase(databases, kind, dataDir);
      const orders = {
        dataDir,
        database,
        watched: { type: 'none', id: 'acme-corp' },
      };
      const first = runControlPlane({ ...orders, dieAt: 'provisioning' });
      await expect(first.ready).rejects.toThrow('ended before');
      expect(await first.ended).toBe('SIGKILL');
      const knex = knexFactory(database);
      const stepsOf = (tenantId: string) =>
        knex('tenant_provisioning_steps')
          .where({ tenant_id: tenantId })
          .orderBy('position')
          .select('status', 'attempts');
      const done = { status: 'done', attempts: 1 };
      expect(await stepsOf('acme-corp')).toEqual([
        done,
        { status: 'running', attempts: 1 },
        { status: 'pending', attempts: 0 },
      ]);
      // The time passes after which nobody believes that the killed one still works on it.
      if (kind === 'POSTGRES_15') {
        await knex('tenants').update({
          provisioning_until: new Date(0).toISOString(),
        });
      }
      const second = runControlPlane(orders);
      try {
        await second.ready;
        expect(await stepsOf('acme-corp')).toEqual([
          done,
          { status: 'done', attempts: 2 },
          done,
        ]);
        expect(await stepsOf('demo-tenant')).toEqual([done, done, done]);
        expect(
          await knex('tenants').whereNot({ provisioning: 'ready' }),
        ).toEqual([]);
      } finally {
        second.child.kill('SIGKILL');
        await second.ended;
        await knex.destroy();
        await rm(dataDir, { recursive: true, force: true });
      }
    });
  },
);
