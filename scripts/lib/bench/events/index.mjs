import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '../../services/kafka.mjs';
import { startPostgres } from '../../test/postgres.mjs';
import { MEASURED_CORE, OTHER_CORE, pin } from '../cpu.mjs';
import { median } from '../median.mjs';
import { Program } from '../Program.mjs';

/** Of each throughput run. */
const COUNT = 10_000;
const LATENCY = { rate: 100, seconds: 5 };

/**
 * Events from the change in the outbox to the consumer that has noted it, carried in the
 * process and over Kafka, and the same messages sent by Kafka's client alone. Each has
 * one core to itself; database and broker share the other one.
 *
 * @returns {Promise<{way: string, perSecond: number, cpuMicros: number, p50: number, p99: number}[]>}
 *   medians over the rounds; milliseconds at 100 events a second
 */
export async function eventFigures({ rounds }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'stoa-bench-kafka-'));
  const broker = await startKafka({ dataDir });
  const postgres = await startPostgres();
  pin(broker.pid, OTHER_CORE);
  pin(postgres.pid, OTHER_CORE);
  const programs = [];
  const kafka = {
    brokers: [broker.address],
    clientId: 'bench',
    prefix: 'bench.',
    topics: { partitions: 3, replication: 1, retentionDays: 1 },
    attempts: 3,
  };
  const database = `${postgres.url}/postgres`;
  const ways = {
    'in the process': ['product', { database }],
    'over Kafka': ['product', { database, kafka }],
    'kafkajs alone': ['kafkajs', { kafka }],
  };
  const samples = Object.fromEntries(Object.keys(ways).map(way => [way, []]));
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [way, [name, options]] of Object.entries(ways)) {
        const file = new URL(`programs/${name}.mjs`, import.meta.url);
        const program = new Program(file, JSON.stringify(options));
        programs.push(program);
        pin(program.pid, MEASURED_CORE);
        await program.ask({ task: 'warm' });
        samples[way].push({
          ...(await program.ask({ task: 'throughput', count: COUNT })),
          ...(await program.ask({ task: 'latency', ...LATENCY })),
        });
        await program.ask({ task: 'stop' });
        program.stop();
      }
    }
  } finally {
    for (const program of programs) program.stop();
    await broker.stop();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return Object.entries(samples).map(([way, taken]) => ({
    way,
    ...Object.fromEntries(
      Object.keys(taken[0]).map(key => [
        key,
        median(taken.map(sample => sample[key])),
      ]),
    ),
  }));
}
