import { TestDatabases } from '@backstage/backend-test-utils';
import { StoaError } from '@stoa/plugin-stoa-common';
import Ajv2020, { ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { Knex } from 'knex';
import { createHash } from 'node:crypto';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { Mutation, mutations } from '../__testUtils__/mutations';
import { makeOneOfEach, OneOfEach } from '../__testUtils__/oneOfEach';
import { whoMay } from '../__testUtils__/roles';
import { laterRoutes } from '../later/routes';
import { loadContract, Operation } from './contract';

jest.setTimeout(600_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

/** Of each operation, for each of the two tests. */
const CASES = 25;

/** Written by any request, and by time. */
const NOT_COMPARED = ['people', 'denials', 'outbox_leases'];

describe.each(databases.eachSupportedId())('odd requests, %s', databaseId => {
  let knex: Knex;
  let plane: TestControlPlane;
  let things: OneOfEach;
  let operations: readonly Operation[];

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
    things = await makeOneOfEach(plane, knex);
    // Those that destroy come last, so that the others find what they ask for.
    const { operations: all } = await loadContract();
    operations = [...all].sort(
      (a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'),
    );
  });
  afterAll(() => plane.stop());

  it('are refused where the contract says so, by their field, and change nothing', async () => {
    const cases: [Operation, Mutation][] = [];
    for (const operation of operations) {
      const refuses = oracle(operation);
      const wrong = (await mutationsOf(operation)).filter(refuses);
      for (const mutation of sample(wrong, operation.operationId))
        cases.push([operation, mutation]);
    }
    const before = await settled();
    const faults: unknown[] = [];
    for (const [operation, mutation] of cases) {
      const { status, error } = await send(operation, mutation);
      const named =
        error?.code !== 'stoa.validation' || error.details?.[0]?.field;
      if (![400, 413, 415].includes(status) || !error?.message || !named)
        faults.push([operation.operationId, mutation.what, status, error]);
    }
    expect(faults.map(f => JSON.stringify(f))).toEqual([]);
    expect(cases.length).toBeGreaterThan(10 * operations.length);
    expect(await fingerprint()).toEqual(before);
  });

  it('are never an error of ours', async () => {
    const faults: unknown[] = [];
    for (const operation of operations) {
      const all = await mutationsOf(operation);
      for (const mutation of sample(all, `any ${operation.operationId}`)) {
        const { status, error } = await send(operation, mutation);
        const later = operation.operationId in laterRoutes && status === 501;
        if (status >= 500 && !later)
          faults.push([operation.operationId, mutation.what, status, error]);
      }
    }
    expect(faults.map(f => JSON.stringify(f))).toEqual([]);
  });

  async function mutationsOf(operation: Operation): Promise<Mutation[]> {
    return mutations(operation, await things.request(operation));
  }

  async function send(operation: Operation, mutation: Mutation) {
    const abort = new AbortController();
    const answer = await fetch(`${plane.url}${mutation.path}`, {
      method: operation.method.toUpperCase(),
      headers: {
        Authorization: `Bearer ${whoMay(operation.operationId)}`,
        ...mutation.headers,
      },
      body: mutation.text,
      signal: abort.signal,
    });
    const error =
      answer.status < 400
        ? undefined
        : ((await answer.json()) as { error: StoaError }).error;
    // An answer may be a stream without end.
    abort.abort();
    return {
      status: answer.status,
      error: error && {
        code: error.code,
        message: error.message,
        details: error.details as { field?: string }[] | undefined,
      },
    };
  }

  /** The fingerprint, once what was begun is done. */
  async function settled() {
    let last: unknown;
    return eventually(async () => {
      const known = last;
      last = await fingerprint();
      await new Promise(resolve => setImmediate(resolve));
      expect(await unfinished()).toBe(0);
      expect(last).toEqual(known);
      return last;
    });
  }

  async function unfinished(): Promise<number> {
    const [events] = await knex('outbox').count({ count: '*' });
    const [running] = await knex('deployments')
      .whereIn('status', ['pending', 'in_progress'])
      .count({ count: '*' });
    return Number(events.count) + Number(running.count);
  }

  /** What the database and Git hold. */
  async function fingerprint(): Promise<Record<string, string>> {
    const tables =
      databaseId === 'SQLITE_3'
        ? await knex('sqlite_master').where({ type: 'table' }).select('name')
        : await knex('pg_tables')
            .where({ schemaname: 'public' })
            .select({ name: 'tablename' });
    const found: Record<string, string> = {
      git: String(await plane.repository.head()),
    };
    for (const { name } of tables) {
      if (NOT_COMPARED.some(part => name.includes(part))) continue;
      const rows = (await knex(name)).map(row => JSON.stringify(row)).sort();
      found[name] = createHash('sha256').update(rows.join('\n')).digest('hex');
    }
    return found;
  }
});

/** The contract's own word on a request, said by another reader of it than the product's. */
function oracle(operation: Operation): (mutation: Mutation) => boolean {
  const ajv = addFormats(new Ajv2020({ strict: false }));
  const coercing = addFormats(
    new Ajv2020({ strict: false, coerceTypes: true }),
  );
  const body = operation.body && ajv.compile(operation.body.schema);
  const query = coercing.compile({
    type: 'object',
    properties: Object.fromEntries(
      operation.parameters
        .filter(p => p.in === 'query')
        .map(p => [p.name, p.schema]),
    ),
    additionalProperties: false,
  });
  return mutation =>
    refusesQuery(query, mutation.path) ||
    (body !== undefined &&
      mutation.text !== undefined &&
      refusesBody(body, mutation));
}

function refusesQuery(validate: ValidateFunction, path: string): boolean {
  const given = new URL(path, 'http://localhost').searchParams;
  const values: Record<string, unknown> = Object.create(null);
  for (const name of given.keys()) {
    // Nobody is told of what the parser of addresses leaves out.
    if (name === '__proto__') continue;
    const all = given.getAll(name);
    values[name] = all.length > 1 ? all : all[0];
  }
  return !validate(values);
}

function refusesBody(validate: ValidateFunction, mutation: Mutation): boolean {
  if (/ twice$|^as text|^in UTF/.test(mutation.what)) return true;
  try {
    return !validate(JSON.parse(mutation.text!));
  } catch {
    return mutation.text !== '';
  }
}

/** The same ones at each run, others for each operation. */
function sample<T>(all: readonly T[], seed: string): T[] {
  const rank = (index: number) =>
    createHash('sha256').update(`${seed} ${index}`).digest('hex');
  return all
    .map((item, index) => ({ item, rank: rank(index) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, CASES)
    .map(({ item }) => item);
}
