// What keeps and reports usage, in one process on one database. Told what to do by the
// parent's messages, answers with figures.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../../../paths.mjs';
import { TRANSFORM } from '../../../serve.mjs';
import { answer } from '../../events/programs/figures.mjs';

const require = createRequire(import.meta.url);
require(TRANSFORM);
const ours = path => require(join(root, 'plugins', path));
const knexFactory = require('knex');
const { UnitOfWork } = ours('control-plane-backend/src/database/UnitOfWork.ts');
const { UsageStore } = ours('control-plane-backend/src/usage/UsageStore.ts');

const knex = knexFactory({
  client: 'pg',
  connection: process.argv[2],
  pool: { min: 0, max: 10 },
});
const usage = new UsageStore({ unitOfWork: new UnitOfWork(knex) });

/** As gateways send them. */
const BATCH = 200;
const APIS = 10;
const APPLICATIONS = 20;
const STATUSES = ['success', 'error'];

function eventOf(n, at) {
  return {
    event_id: randomUUID(),
    timestamp: at.toISOString(),
    kind: 'api',
    tenant_id: 'acme-corp',
    environment: 'production',
    api: `api-${n % APIS}`,
    version: '1.0.0',
    application_id: `application-${Math.floor(n / APIS) % APPLICATIONS}`,
    subject: `person-${Math.floor(n / APIS) % APPLICATIONS}`,
    status: STATUSES[Math.floor(n / (APIS * APPLICATIONS)) % 2],
    http_status: 200,
    latency_ms: Math.round(Math.exp(Math.random() * 5) * 1000) / 1000,
    request_bytes: 100,
    response_bytes: 2_000,
    request_id: `r-${n}`,
  };
}

async function forSeconds(seconds, work) {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  let count = 0;
  while (performance.now() - begun < seconds * 1000) {
    await work(count);
    count += BATCH;
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: (count / (performance.now() - begun)) * 1000,
    cpuMicros: (user + system) / count,
  };
}

/** Few applications make most of the calls, and most calls go well: about 50 kinds in a batch. */
function batchAt(from, at) {
  return Array.from({ length: BATCH }, (_, i) => {
    const n = ((from + i) * 7_919) % 10_007;
    const application = Math.floor(APPLICATIONS * (n / 10_007) ** 4);
    const status = n % 50 === 0 ? 1 : 0;
    const api = n % 7 < 4 ? 0 : n % APIS;
    return eventOf(api + APIS * (application + APPLICATIONS * status), at);
  });
}

const TASKS = {
  async prepare() {
    await knex.migrate.latest({
      directory: join(root, 'plugins/control-plane-backend/migrations'),
    });
    return {};
  },

  fold: ({ seconds }) =>
    forSeconds(seconds, from => usage.record(batchAt(from, new Date()))),

  /** The reference: the same rows kept, and nothing added up. */
  keep: ({ seconds }) =>
    forSeconds(seconds, from =>
      knex('metering_events').insert(
        batchAt(from, new Date()).map(
          ({ event_id, timestamp, api, ...event }) => ({
            ...event,
            event_id,
            at: timestamp,
            bucket: timestamp.slice(0, 13),
            api_id: api,
          }),
        ),
      ),
    ),

  /** A month with a call in each hour for each API, application and outcome. */
  async fill({ days }) {
    const kinds = APIS * APPLICATIONS * STATUSES.length;
    for (let hour = 0; hour < days * 24; hour += 1) {
      const at = new Date(Date.UTC(2026, 5, 1, hour));
      const events = Array.from({ length: kinds }, (_, n) => ({
        ...eventOf(n, at),
        latency_ms: Math.exp(((n * 31 + hour * 7) % 97) / 20),
      }));
      await usage.record(events);
    }
    return { calls: kinds * days * 24 };
  },

  async report({ days, groupBy, times }) {
    const window = {
      from: new Date(Date.UTC(2026, 5, 1)),
      to: new Date(Date.UTC(2026, 5, 1 + days)),
      bucket: 'day',
      groupBy,
    };
    const took = [];
    let found;
    for (let i = 0; i < times; i += 1) {
      const begun = performance.now();
      found = await usage.report({ tenantId: 'acme-corp' }, window);
      took.push(performance.now() - begun);
    }
    took.sort((a, b) => a - b);
    return {
      p50: took[Math.floor(times / 2)],
      worst: took.at(-1),
      calls: found.totals.calls,
      items: found.items.length,
    };
  },
};

answer(TASKS);
