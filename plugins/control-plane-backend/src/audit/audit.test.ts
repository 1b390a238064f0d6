import { TestDatabases } from '@backstage/backend-test-utils';
import { createHash } from 'node:crypto';
import { Knex } from 'knex';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

/** Of two APIs and the tenant from Git, its provisioning, two deployments that were asked for and carried out, and the rules below. */
const ENTRIES = 11;
const AUDIT = '/v1/tenants/acme-corp/audit';

/** The hash of an exported entry as the contract describes it, with nothing of ours. */
function hashOf(entry: Record<string, any>): string {
  const { tenant_id: tenant, prev_hash: previous, pseudonym } = entry;
  return createHash('sha256')
    .update(
      JSON.stringify([
        tenant,
        entry.seq,
        entry.event_id,
        entry.at,
        pseudonym,
        entry.action,
        entry.resource,
        entry.outcome,
        entry.count,
        JSON.stringify(entry.details),
        entry.correlation_id,
        entry.address,
        previous,
      ]),
    )
    .digest('hex');
}

describe.each(databases.eachSupportedId())('the audit, %s', databaseId => {
  let knex: Knex;
  let plane: TestControlPlane;

  const admin = () => plane.as('acme-admin');
  const rows = async (query = '') =>
    (await admin().get(`${AUDIT}?limit=100${query}`)).body.items as Record<
      string,
      any
    >[];

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
    for (const name of ['=cmd()', 'Second', 'Third']) {
      const made = await admin().post('/v1/tenants/acme-corp/alert-rules', {
        name,
        metric: 'error_rate',
        threshold: 5,
        window: '15m',
        target: { channel: 'notification' },
      });
      if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    }
    // What Git holds at the start was projected and deployed as well.
    await eventually(async () => {
      if ((await rows()).length < ENTRIES) throw new Error('not all yet');
    });
  });
  afterAll(() => plane.stop());

  it('is narrowed by who, what, whereto, how and when', async () => {
    const [third, second] = await rows('&action=stoa.alert.create');
    const found = async (query: string) => (await rows(query)).map(r => r.seq);
    expect(await found('&actor=acme-admin')).toHaveLength(3);
    expect(await found('&actor=somebody')).toEqual([]);
    expect(await found('&action=stoa.alert.create')).toHaveLength(3);
    expect(await found('&action=stoa.api.delete')).toEqual([]);
    expect(await found(`&resource=${third.resource}`)).toEqual([third.seq]);
    expect(await found(`&correlation_id=${second.correlation_id}`)).toEqual([
      second.seq,
    ]);
    expect(await found('&outcome=denied')).toEqual([]);
    expect(await found('&from=2999-01-01T00:00:00Z')).toEqual([]);
    expect(await found('&to=2000-01-01T00:00:00Z')).toEqual([]);
    expect(await found('&from=2000-01-01T00:00:00%2B02:00')).toHaveLength(
      ENTRIES,
    );
    const [name] = await knex('person_keys').where({ subject: 'acme-admin' });
    expect(await found(`&actor=${name.pseudonym}`)).toHaveLength(3);
  });

  it('is taken along as lines that anybody can check', async () => {
    const file = await admin()
      .get(`${AUDIT}/export?format=ndjson`)
      .buffer(true)
      .parse((response, done) => {
        let text = '';
        response.on('data', part => (text += part));
        response.on('end', () => done(null, text));
      });
    expect(file.headers['content-disposition']).toBe(
      'attachment; filename="audit-acme-corp.ndjson"',
    );
    const entries = (file.body as string)
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(entries.map(e => e.seq)).toEqual(
      Array.from({ length: ENTRIES }, (_, i) => i + 1),
    );
    expect(entries.map(e => e.hash)).toEqual(entries.map(hashOf));
    expect(entries.slice(1).map(e => e.prev_hash)).toEqual(
      entries.slice(0, -1).map(e => e.hash),
    );
    expect(entries.map(e => e.actor)).toContain('The acme-admin');
    const verified = await admin().get(`${AUDIT}/verify`);
    expect(verified.body).toEqual({
      ok: true,
      entries: ENTRIES,
      head: entries[ENTRIES - 1].hash,
    });
  });

  it('is taken along as a table that calculates nothing', async () => {
    const file = await admin().get(`${AUDIT}/export?action=stoa.alert.create`);
    expect(file.headers['content-type']).toMatch(/^text\/csv/);
    const lines = file.text.trim().split('\r\n');
    expect([lines.length, lines[0]]).toEqual([
      4,
      'seq,at,actor,action,resource,outcome,count,details,correlation_id,address,hash',
    ]);
    // The name begins a formula, but no cell.
    expect(lines[1]).toContain('"{""name"":""=cmd()""');
  });

  it('of the platform is read by its administrators alone', async () => {
    const path = '/v1/tenants/platform/audit';
    const read = await plane.as('platform-admin').get(path);
    expect(read.status).toBe(200);
    for (const part of ['', '/export', '/verify'])
      expect((await admin().get(`${path}${part}`)).status).toBe(404);
    for (const part of ['', '/export', '/verify'])
      expect(
        (
          await plane
            .as('platform-admin')
            .get(`/v1/tenants/nobody/audit${part}`)
        ).status,
      ).toBe(404);
  });

  it('tells where somebody changed it', async () => {
    const guarded = databaseId === 'POSTGRES_15';
    const allowed = await knex('audit_log')
      .where({ seq: 2 })
      .update({ outcome: 'failed' })
      .then(
        () => true,
        () => false,
      );
    expect(allowed).toBe(!guarded);
    if (guarded)
      await knex.raw(
        'ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only',
      );
    const acme = () => knex('audit_log').where({ tenant_id: 'acme-corp' });
    await acme().where({ seq: 2 }).update({ outcome: 'failed' });
    const first = await acme().where({ seq: 1 }).first();
    const verify = async () => (await admin().get(`${AUDIT}/verify`)).body;
    expect(await verify()).toEqual({
      ok: false,
      entries: 1,
      head: first.hash,
      broken_at: 2,
      reason: 'changed',
    });
    await acme()
      .where({ seq: 2 })
      .update({ prev_hash: 'f'.repeat(64) });
    expect(await verify()).toMatchObject({ broken_at: 2, reason: 'moved' });
    await acme().where({ seq: 1 }).del();
    expect(await verify()).toMatchObject({
      broken_at: 1,
      entries: 0,
      reason: 'missing',
    });
  });
});
