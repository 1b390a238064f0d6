import { TestDatabases } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { Knex } from 'knex';
import { createServer, RequestListener } from 'node:http';
import { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { v7 as uuid } from 'uuid';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { followFeed } from '../__testUtils__/followFeed';
import { describePorts, PortSources } from './describePorts';
import { checkPorts, diagnose } from './ports';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('the platform, %s', databaseId => {
  let knex: Knex;
  let plane: TestControlPlane;

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
  });
  afterAll(() => plane.stop());

  const ask = async (what: 'health' | 'doctor') => {
    const answer = await plane.as('platform-admin').get(`/v1/platform/${what}`);
    expect(answer.status).toBe(200);
    return answer.body as Record<string, any>;
  };
  const by = (field: string, body: Record<string, any>) =>
    Object.fromEntries(body.ports.map((p: any) => [p.port, p[field]]));

  it('is well when all ports answer, and says what it runs on', async () => {
    const feed = followFeed(plane, ['route']);
    try {
      await eventually(async () =>
        expect((await ask('health')).status).toBe('ok'),
      );
      const body = await ask('doctor');
      expect(by('adapter', body)).toEqual({
        database: databaseId === 'SQLITE_3' ? 'sqlite' : 'postgresql',
        git: 'embedded',
        events: 'in-process',
        policy: 'wasm',
        identity: 'embedded',
        secrets: 'encrypted-file',
        mail: 'none',
        slack: 'none',
        gateway: 'embedded',
      });
      expect(by('status', body)).toMatchObject({ mail: 'off', gateway: 'ok' });
      // What is fit for an evaluation is told, but is no fault.
      expect([body.status, body.findings.map((f: any) => f.severity)]).toEqual([
        'ok',
        ['info', 'info'],
      ]);
    } finally {
      await feed.stop();
    }
  });

  it('says what does not work and what to set, the worst first, and not why', async () => {
    const catalog = followFeed(plane, ['entity']);
    const id = uuid();
    await knex('outbox').insert({
      id,
      channel: 'event',
      topic: 'subscriptions',
      tenant_id: 'acme-corp',
      partition: 0,
      aggregate: 'x',
      aggregate_version: 1,
      message: '{}',
      state: 'dead',
      attempts: 5,
      last_error: 'smtp://user:a-secret@host',
      created_at: new Date().toISOString(),
    });
    try {
      await eventually(async () => expect(catalog.known.size).not.toBe(0));
      const body = await ask('doctor');
      expect(body.status).toBe('failed');
      expect(by('status', body)).toMatchObject({
        events: 'failed',
        // Who follows only what is in the catalog is no gateway.
        gateway: 'failed',
        database: 'ok',
      });
      expect(
        body.findings.slice(0, 2).map((f: any) => [f.port, f.severity, f.key]),
      ).toEqual([
        ['events', 'error', 'backend.database.connection'],
        ['gateway', 'error', 'stoa.controlPlane.url'],
      ]);
      expect(JSON.stringify(body)).not.toContain('a-secret');
    } finally {
      await knex('outbox').where({ id }).del();
      await catalog.stop();
    }
  });
});

describe('ports', () => {
  const broken = async () => {
    throw new Error('no');
  };
  const diagnosis = async (
    config: Record<string, unknown>,
    more: object = {},
  ) => {
    const ports = describePorts({
      config: new ConfigReader({
        backend: { baseUrl: 'http://localhost:7007' },
        ...config,
      } as object),
      knex: { client: { config: { client: 'better-sqlite3' } }, raw: broken },
      repository: { head: async () => undefined },
      bus: { kind: 'kafka', check: broken },
      policy: { decide: async () => ({ allow: true, rule: 'role' }) },
      secrets: { kind: 'encrypted-file', check: broken },
      identityAdmin: { listPeople: broken },
      dialler: { forTenant: () => ({ fetch: broken }) },
      gateways: () => 0,
      ...more,
    } as unknown as PortSources);
    const logged: string[] = [];
    const states = await checkPorts(ports, port => logged.push(port));
    return { findings: diagnose(ports, states), states, logged };
  };

  it('are each found wanting, in the log with the reason', async () => {
    const slack = 'https://hooks.slack.example/services/a-secret';
    const { logged, states } = await diagnosis(
      { stoa: { notifications: { slack: { tenants: { acme: slack } } } } },
      { checkMail: broken },
    );
    const names = states.map(s => s.port);
    expect(states.map(s => s.status)).toEqual(names.map(() => 'failed'));
    expect(logged.sort()).toEqual([...names].sort());
  });

  it('are measured by what production needs', async () => {
    const { findings } = await diagnosis({
      stoa: { environment: 'production' },
    });
    const about = findings
      .filter(f => !/not answer|cannot|not decide|No gateway/.test(f.message))
      .map(f => [f.port, f.severity]);
    expect(about).toEqual(
      expect.arrayContaining([
        ['secrets', 'error'],
        ['database', 'warning'],
        ['mail', 'info'],
      ]),
    );
  });

  it('ask the host of Slack, and post nothing', async () => {
    const asked: unknown[] = [];
    const answer = async (url: string, { method }: RequestInit) =>
      void asked.push([method, url]);
    const { states } = await diagnosis(
      {
        stoa: {
          notifications: {
            slack: { tenants: { acme: 'https://slack.example/a-secret' } },
          },
        },
      },
      { dialler: { forTenant: () => ({ fetch: answer }) } },
    );
    expect(states.find(s => s.port === 'slack')?.status).toBe('ok');
    expect(asked).toEqual([['HEAD', 'https://slack.example/']]);
  });

  it('ask a configured issuer who it is', async () => {
    const serve = async (listener: RequestListener) => {
      const server = createServer(listener).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      return { server, url: `http://127.0.0.1:${port}` };
    };
    let says = '';
    const { server, url } = await serve((_request, response) =>
      response.end(JSON.stringify({ issuer: says })),
    );
    const identity = async () => {
      const { states } = await diagnosis({
        stoa: {
          environment: 'production',
          issuers: [{ issuer: url, audiences: ['x'] }],
        },
      });
      return states.find(s => s.port === 'identity');
    };
    says = url;
    expect(await identity()).toMatchObject({ adapter: 'oidc', status: 'ok' });
    says = 'https://somebody-else.example';
    expect(await identity()).toMatchObject({ status: 'failed' });
    server.closeAllConnections();
    server.close();
    expect(await identity()).toMatchObject({ status: 'failed' });
    const { findings, states } = await diagnosis({
      stoa: { environment: 'production' },
    });
    expect(states.find(s => s.port === 'identity')?.status).toBe('off');
    expect(findings.find(f => f.port === 'identity')).toMatchObject({
      severity: 'error',
      key: 'stoa.issuers',
    });
  });
});
