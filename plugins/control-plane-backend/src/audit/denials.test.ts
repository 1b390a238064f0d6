import { TestDatabases } from '@backstage/backend-test-utils';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { Actor, AuditMessage, UnitOfWork } from '../database/UnitOfWork';
import { fromJson } from '../database/values';
import { appendAudit, verifyChain } from './AuditChain';
import { DenialCounter } from './DenialCounter';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const actor = (subject: string): Actor => ({
  principal: { subject },
  correlationId: 'c',
  address: '192.0.2.1',
});

describe.each(databases.eachSupportedId())('refusals, %s', databaseId => {
  let knex: Knex;
  let denials: DenialCounter;

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    await knex.migrate.latest({
      directory: resolvePackagePath(
        '@stoa/plugin-control-plane-backend',
        'migrations',
      ),
    });
    denials = new DenialCounter(new UnitOfWork(knex));
    const at = new Date().toISOString();
    await knex('tenants').insert({
      id: 'acme-corp',
      display_name: 'ACME',
      status: 'active',
      provisioning: 'ready',
      portal_visibility: 'public',
      settings: '{}',
      tags: '[]',
      aggregate_version: 1,
      created_at: at,
      updated_at: at,
    });
  });

  const messages = async (): Promise<AuditMessage[]> =>
    (await knex('outbox').where({ channel: 'audit' }).orderBy('id')).map(row =>
      fromJson(row.message),
    );

  it('become one entry for equal ones, and keep what is not over', async () => {
    await Promise.all(
      Array.from({ length: 30 }, () =>
        denials.record(
          actor('mallory'),
          'stoa.api.read',
          { tenantId: 'acme-corp' },
          'foreign',
        ),
      ),
    );
    await denials.record(
      actor('mallory'),
      'stoa.api.delete',
      { tenantId: 'acme-corp' },
      'foreign',
    );
    await denials.record(
      actor('mallory'),
      'stoa.api.read',
      { tenantId: 'no-such-tenant' },
      'foreign',
    );
    await denials.record(
      actor('mallory'),
      'stoa.api.read',
      { tenantId: 'another-invention' },
      'foreign',
    );
    await denials.flush('2000-01-01T00:00');
    expect(await messages()).toEqual([]);
    await Promise.all([denials.flush('9999'), denials.flush('9999')]);
    const seen = (await messages()).map(m => [
      m.tenantId,
      m.subject,
      m.action,
      m.outcome,
      m.count,
    ]);
    expect(seen.sort()).toEqual([
      ['acme-corp', 'mallory', 'stoa.api.delete', 'denied', 1],
      ['acme-corp', 'mallory', 'stoa.api.read', 'denied', 30],
      ['platform', 'mallory', 'stoa.api.read', 'denied', 2],
    ]);
  });

  it('are written under a pseudonym that forgets the person, while the chain holds', async () => {
    const message = (subject: string): AuditMessage => ({
      tenantId: 'acme-corp',
      action: 'stoa.api.read',
      resource: 'tenant:acme-corp',
      outcome: 'denied',
      subject,
      correlationId: 'c',
      address: '192.0.2.1',
      at: new Date().toISOString(),
    });
    await appendAudit(knex, 'one', message('mallory'));
    await appendAudit(knex, 'two', message('mallory'));
    await appendAudit(knex, 'two', message('mallory'));
    await appendAudit(knex, 'three', message('system:runner'));
    const rows = await knex('audit_log').orderBy('seq');
    expect(JSON.stringify(rows)).not.toContain('mallory');
    expect(rows.map(r => r.actor)).toEqual([
      rows[0].actor,
      rows[0].actor,
      'system:runner',
    ]);
    await knex('person_keys').del();
    expect(await verifyChain(knex, 'acme-corp')).toEqual({
      ok: true,
      entries: 3,
      head: rows[2].hash,
    });
    if (databaseId === 'POSTGRES_15')
      await knex.raw(
        'ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only',
      );
    await knex('audit_log').where({ seq: 2 }).del();
    expect(await verifyChain(knex, 'acme-corp')).toEqual({
      ok: false,
      entries: 1,
      head: rows[0].hash,
      brokenAt: 2,
      reason: 'missing',
    });
  });
});
