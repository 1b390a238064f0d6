import { TestDatabases } from '@backstage/backend-test-utils';
import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Knex } from 'knex';

/** Where a database lies, as a process of its own can open it. */
export async function openDatabase(
  databases: TestDatabases,
  kind: string,
  dataDir: string,
): Promise<Knex.Config> {
  if (kind === 'SQLITE_3') {
    return {
      client: 'better-sqlite3',
      connection: { filename: join(dataDir, 'control-plane.sqlite') },
      useNullAsDefault: true,
      pool: { min: 1, max: 1 },
    };
  }
  const { client } = await databases.init('POSTGRES_15');
  const { client: name, connection } = client.config;
  return { client: name, connection };
}

export interface ControlPlaneProcess {
  readonly child: ChildProcess;
  /** Its address, when it serves. */
  readonly ready: Promise<string>;
  /** The signal that ended it. */
  readonly ended: Promise<string | null>;
}

/** Starts `crashing.ts` in a process of its own; `events` is told what its consumers are told, `told` what people are on the page. */
export function runControlPlane(
  orders: object,
  events: string[] = [],
  told: string[] = [],
): ControlPlaneProcess {
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
      join(__dirname, 'crashing.ts'),
      JSON.stringify(orders),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const complaints: string[] = [];
  createInterface({ input: child.stderr! }).on('line', line =>
    complaints.push(line),
  );
  const ended = new Promise<string | null>(resolve =>
    child.once('exit', (_code, signal) => resolve(signal)),
  );
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', line => {
      const said = JSON.parse(line);
      if (said.ready) resolve(said.ready);
      if (said.event) events.push(said.event);
      if (said.told) told.push(said.told);
    });
    child.once('exit', () =>
      reject(new Error(`ended before it was ready:\n${complaints.join('\n')}`)),
    );
  });
  return { child, ready, ended };
}
