import { TestDatabases } from '@backstage/backend-test-utils';
import { EmbeddedGitRepository } from '@stoa/plugin-stoa-node';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knexFactory from 'knex';
import { eventually } from '../__testUtils__';
import { openDatabase, runControlPlane } from '../__testUtils__/processes';

jest.setTimeout(180_000);

const databases = TestDatabases.create({
  ids: ['POSTGRES_15'],
  disableDocker: true,
});

const API = {
  path: '/v1/tenants/acme-corp/apis',
  id: 'orders-api',
  type: 'api',
  action: 'stoa.api.create',
  entity: 'api:acme-corp/orders-api',
  body: {
    api_id: 'orders-api',
    display_name: 'Orders API',
    version: '1.0.0',
    visibility: 'public',
    environments: [{ name: 'dev', backend_url: 'http://127.0.0.1:7011' }],
    definition:
      'openapi: 3.0.3\ninfo: { title: Orders, version: 1.0.0 }\npaths: {}\n',
  },
};

const TOOLS = {
  path: '/v1/tenants/acme-corp/toolsets',
  id: 'crm-tools',
  type: 'toolset',
  action: 'stoa.toolset.create',
  entity: 'api:acme-corp/crm-tools.mcp',
  body: {
    toolset_id: 'crm-tools',
    display_name: 'CRM tools',
    api_id: 'crm-api',
  },
};

const THINGS = { api: API, toolset: TOOLS };

describe.each(['SQLITE_3', ...databases.eachSupportedId().flat()])(
  'a process killed with -9, %s',
  kind => {
    it.each([
      ['api', 'after-commit'],
      ['api', 'before-event'],
      ['api', 'after-event'],
      ['toolset', 'after-commit'],
    ] as const)(
      'loses nothing and doubles nothing (%s) when it dies %s',
      async (what, dieAt) => {
        const thing = THINGS[what];
        const dataDir = await mkdtemp(join(tmpdir(), 'stoa-crash-'));
        const database = await openDatabase(databases, kind, dataDir);
        const events: string[] = [];
        const watched = { type: `${thing.type}-created`, id: thing.id };
        const first = runControlPlane(
          { dataDir, database, watched, dieAt },
          events,
        );
        try {
          const url = await first.ready;
          await fetch(`${url}${thing.path}`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(thing.body),
          }).catch(() => undefined);
          expect(await first.ended).toBe('SIGKILL');
        } finally {
          first.child.kill('SIGKILL');
        }

        const second = runControlPlane({ dataDir, database, watched }, events);
        const knex = knexFactory(database);
        try {
          const url = await second.ready;
          await eventually(async () => {
            expect(await knex('outbox').select('id')).toEqual([]);
          });
          const found = await fetch(`${url}${thing.path}/${thing.id}`);
          expect(found.status).toBe(200);
          const commits = await countCommits(dataDir, thing.id);
          expect(commits).toBe(1);
          const created = {
            action: thing.action,
            resource: `${thing.type}:acme-corp/${thing.id}`,
          };
          const [entry, ...more] = await knex('audit_log').where(created);
          expect(more).toEqual([]);
          // The person who asked, although it was another process that wrote the row.
          const person = await knex('person_keys')
            .where({ pseudonym: entry.actor })
            .first();
          expect(person.subject).toBe('acme-admin');
          expect(new Set(events).size).toBe(1);
          expect(events).toHaveLength(dieAt === 'after-event' ? 2 : 1);
          expect(
            await knex('feed').where({ key: thing.entity }).select('seq'),
          ).toHaveLength(1);
        } finally {
          second.child.kill('SIGKILL');
          await second.ended;
          await knex.destroy();
          await rm(dataDir, { recursive: true, force: true });
        }
      },
    );
  },
);

/** How many commits name the thing in their first line. */
async function countCommits(dataDir: string, id: string): Promise<number> {
  const repository = await EmbeddedGitRepository.open({
    gitDir: join(dataDir, 'stoa-gitops.git'),
  });
  try {
    const commits = await repository.log({ limit: 100 });
    return commits.filter(c => c.message.split('\n')[0].includes(id)).length;
  } finally {
    await repository.close();
  }
}
