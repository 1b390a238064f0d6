import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const HASH = 'ab'.repeat(32);
const ALL = '/v1/mcp/approvals';

describe.each(databases.eachSupportedId())('approvals, %s', databaseId => {
  let plane: TestControlPlane;
  let knex: Knex;
  let calls = 0;

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
    for (const name of ['crm', 'spare']) {
      await plane.as('acme-admin').post('/v1/tenants/acme-corp/toolsets', {
        toolset_id: `${name}-tools`,
        display_name: `${name} tools`,
        api_id: 'crm-api',
        visibility: 'public',
      });
    }
  });
  afterAll(() => plane.stop());

  const gateway = () => plane.as('plugin:api-runtime');
  const admin = () => plane.as('acme-admin');
  /** A call that nobody asked about before, unless it is given its hash. */
  const callOf = (more: object = {}) => ({
    server_id: 'acme-corp:crm-tools',
    tool: 'listcrmapi',
    subject: 'consumer',
    arguments: { id: 42 },
    arguments_hash: (calls++).toString(16).padStart(64, '0'),
    ...more,
  });
  const ask = async (more?: object) =>
    (await gateway().post(ALL, callOf(more))).body;
  const toUse = ({ subject, arguments_hash }: any) => ({
    subject,
    arguments_hash,
  });
  /** What the definition of the tool says of it. */
  const annotate = (annotations: object) =>
    knex('mcp_server_tools')
      .where({ name: 'listcrmapi' })
      .update({ annotations: JSON.stringify(annotations) });

  it('are asked for by a gateway, decided by the tenant and used once', async () => {
    const call = callOf({
      arguments: { id: 42, password: 'hunter2', note: 'mail a@b.example' },
      client_id: 'assistant',
      request_id: 'r-1',
    });
    const asked = await gateway().post(ALL, call);
    expect(asked.status).toBe(201);
    expect(asked.body).toMatchObject({
      tenant_id: 'acme-corp',
      server_name: 'crm tools',
      tool: 'listcrmapi',
      subject: 'consumer',
      client_id: 'assistant',
      request_id: 'r-1',
      arguments_hash: call.arguments_hash,
      status: 'pending',
    });
    const kept = JSON.stringify([
      asked.body,
      await knex('mcp_approvals').where({ id: asked.body.id }).first(),
      await knex('outbox').select('message'),
    ]);
    expect(kept).not.toMatch(/hunter2|a@b\.example/);
    const path = `${ALL}/${asked.body.id}`;

    const early = await gateway().post(`${path}/use`, toUse(call));
    expect(early.status).toBe(409);
    expect(early.body.error.details).toEqual({
      status: 'pending',
      move: 'use',
    });
    const approved = await admin().post(`${path}/approve`, {
      note: 'Checked; the token is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln',
    });
    expect(approved.body).toMatchObject({ status: 'approved' });
    expect(approved.body.note).toMatch(/^Checked.*\*\*\*/);

    const again = await gateway().post(ALL, call);
    expect([again.status, again.body.id, again.body.status]).toEqual([
      200,
      asked.body.id,
      'approved',
    ]);
    for (const other of [
      { subject: 'acme-devops' },
      { arguments_hash: HASH },
    ]) {
      const wrong = await gateway().post(`${path}/use`, {
        ...toUse(call),
        ...other,
      });
      expect(wrong.status).toBe(404);
    }
    const uses = await Promise.all(
      Array.from({ length: 20 }, () =>
        gateway().post(`${path}/use`, toUse(call)),
      ),
    );
    expect(uses.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { body } of uses.filter(({ status }) => status !== 200))
      expect(body.error.details.status).toBe('used');
    expect((await ask(call)).id).not.toBe(asked.body.id);
  });

  it('are decided once, of twenty at the same time', async () => {
    const { id } = await ask();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        admin().post(`${ALL}/${id}/${n % 2 ? 'approve' : 'deny'}`, {
          note: 'Now',
        }),
      ),
    );
    const [winner] = answers.filter(({ status }) => status === 200);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    for (const { body } of answers.filter(({ status }) => status === 409)) {
      expect(body.error.code).toBe('stoa.approval.illegal_transition');
      expect(body.error.details.status).toBe(winner.body.status);
    }
  });

  it('of calls that may destroy are given by somebody else, whatever their role', async () => {
    await annotate({ readOnlyHint: false });
    for (const subject of ['acme-admin', 'platform-admin']) {
      const { id, destructive } = await ask({ subject });
      expect(destructive).toBe(true);
      const caller = plane.as(subject);
      const seen = await caller.get(`${ALL}/${id}`);
      expect(seen.body.permissions).toEqual({ approve: false, deny: true });
      const own = await caller.post(`${ALL}/${id}/approve`);
      expect([own.status, own.body.error.code]).toEqual([
        403,
        'stoa.approval.own_request',
      ]);
      const denied = await caller.post(`${ALL}/${id}/deny`, { note: 'Mine' });
      expect(denied.body.status).toBe('denied');
    }
    for (const annotations of [
      { readOnlyHint: true },
      { destructiveHint: false },
    ]) {
      await annotate(annotations);
      const { id, destructive } = await ask({ subject: 'acme-admin' });
      expect(destructive).toBe(false);
      const own = await admin().post(`${ALL}/${id}/approve`);
      expect(own.body.status).toBe('approved');
    }
  });

  it('end with their time, decided or not', async () => {
    const waits = await ask();
    const call = callOf();
    const stands = await ask(call);
    await admin().post(`${ALL}/${stands.id}/approve`);
    const ids = [waits.id, stands.id];
    await knex('mcp_approvals')
      .whereIn('id', ids)
      .update({ expires_at: new Date(Date.now() - 1).toISOString() });
    for (const answer of [
      await admin().post(`${ALL}/${waits.id}/approve`),
      await gateway().post(`${ALL}/${stands.id}/use`, toUse(call)),
    ])
      expect(answer.body.error.details.status).toBe('expired');
    const { body } = await admin().get(`${ALL}/${waits.id}`);
    expect(body).toMatchObject({
      status: 'expired',
      permissions: { approve: false, deny: false },
    });
    const list = `${ALL}?tenant_id=acme-corp&status=`;
    const listed = async (status: string) =>
      (await admin().get(`${list}${status}&limit=100`)).body.items
        .map((item: { id: string }) => item.id)
        .filter((id: string) => ids.includes(id));
    expect(await listed('pending')).toEqual([]);
    expect(await listed('approved')).toEqual([]);
    expect(await listed('expired')).toEqual([...ids].reverse());
    // The same call is asked about anew, though no sweep has come by.
    expect((await ask(call)).id).not.toBe(stands.id);
    await plane.sweep();
    expect(
      await knex('mcp_approvals').whereIn('id', ids).pluck('status'),
    ).toEqual(['expired', 'expired']);
  });

  it('are seen by the tenant and by who called', async () => {
    const { id } = await ask();
    const seen = async (who: string, query: string) =>
      (await plane.as(who).get(`${ALL}?limit=100${query}`)).body.items?.some(
        (item: { id: string }) => item.id === id,
      );
    expect(await seen('consumer', '')).toBe(true);
    expect(await seen('acme-viewer', '&tenant_id=acme-corp')).toBe(true);
    expect(await seen('platform-admin', '')).toBe(true);
    expect(await seen('acme-viewer', '')).toBe(false);
    const foreign = await plane
      .as('demo-admin')
      .get(`${ALL}?tenant_id=acme-corp`);
    expect(foreign.status).toBe(404);
    // What an assistant's token may do does not include approving itself.
    const assistant = await plane
      .as('acme-admin stoa:tools:read stoa:tools:execute')
      .post(`${ALL}/${id}/approve`);
    expect(assistant.body.error.details.missing).toEqual([
      'scope:stoa:security:write',
    ]);
  });

  it('are about tools that are served, and not endless', async () => {
    for (const [more, what] of [
      [{ tool: 'nothing' }, 'tool'],
      [{ server_id: 'acme-corp:nothing' }, 'MCP server'],
      [{ server_id: 'acme-corp:crm-tools:x' }, 'MCP server'],
    ] as const) {
      const { status, body } = await gateway().post(ALL, callOf(more));
      expect([status, body.error.message]).toEqual([404, `No such ${what}.`]);
    }
    const same = callOf({ subject: 'other-consumer' });
    const at = await Promise.all(
      Array.from({ length: 20 }, () => gateway().post(ALL, same)),
    );
    expect(at.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(at.map(({ body }) => body.id)).size).toBe(1);
    for (let n = 1; n < 50; n++) await ask({ subject: 'other-consumer' });
    const tooMany = await ask({ subject: 'other-consumer' });
    expect(tooMany.error.code).toBe('stoa.rate_limited');
  });

  it('leave their traces, and are told of', async () => {
    const { id } = await ask({ server_id: 'acme-corp:spare-tools' });
    await admin().post(`${ALL}/${id}/deny`, { note: 'Not now' });
    await eventually(async () => {
      const { body } = await admin().get(
        '/v1/tenants/acme-corp/audit?limit=100',
      );
      const actions = body.items
        .filter((e: { resource: string }) => e.resource === `approval:${id}`)
        .map((e: { action: string }) => e.action);
      expect(actions).toEqual(['stoa.approval.deny', 'stoa.approval.request']);
    });
    await eventually(async () =>
      expect(
        plane.notifications
          .map(sent => sent.payload.title)
          .filter(title => title.includes('spare tools')),
      ).toEqual([
        'A call of listcrmapi of spare tools waits for your approval',
        'Your call of listcrmapi of spare tools is refused',
      ]),
    );
  });
});
