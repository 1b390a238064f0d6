import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { MeteringEvent } from '../metering';

/** Events on disk at this moment; a segment may vanish while it is read. */
export function spooled(dir: string): MeteringEvent[] {
  return readdirSync(dir).flatMap(name => {
    try {
      const lines = readFileSync(join(dir, name), 'utf8').split('\n');
      return lines.filter(Boolean).map(line => JSON.parse(line));
    } catch {
      return [];
    }
  });
}

/** Asks again until it is so; the test's own time limit ends it. */
export async function until(
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  while (!(await condition())) {
    await new Promise(resolve => setTimeout(resolve, 2));
  }
}

/** A port of this machine that nobody uses at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
