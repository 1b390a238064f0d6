import { ConfigReader } from '@backstage/config';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { readTracing } from './traceExport';

/** Loads nothing through Jest, which the exporter's own imports do not get along with. */
const PROGRAM = `
const [folder, endpoint] = process.argv.slice(1);
const { exportTraces } = require(folder + '/traceExport');
const { inSpan } = require(folder + '/spans');
(async () => {
  const stop = exportTraces({ endpoint, headers: { 'x-key': 'the-key' }, ratio: 1 });
  await inSpan('an-operation', {}, async () => {});
  await inSpan('a-failure', {}, async () => {
    throw new TypeError('a-secret');
  }).catch(() => {});
  await stop();
})();
`;

describe('stoa.tracing', () => {
  const read = (tracing: object) =>
    readTracing(new ConfigReader({ stoa: { tracing: { ...tracing } } }));

  it('is nothing unless it is there, and refuses what cannot work', () => {
    expect(readTracing(new ConfigReader({}))).toBeUndefined();
    const endpoint = 'http://collector:4318/v1/traces';
    expect(read({ endpoint })).toEqual({ endpoint, headers: {}, ratio: 1 });
    expect(() => read({})).toThrow('endpoint');
    expect(() => read({ endpoint: 'collector' })).toThrow('http(s)');
    expect(() => read({ endpoint, ratio: 2 })).toThrow('from 0 to 1');
  });

  it('hands spans to the collector, the last ones when the process ends', async () => {
    const received: { path?: string; key: unknown; body: string }[] = [];
    const collector = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString();
      received.push({ path: request.url, key: request.headers['x-key'], body });
      response.setHeader('content-type', 'application/json').end('{}');
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    try {
      await promisify(execFile)(process.execPath, [
        '--require',
        require.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
        '--eval',
        PROGRAM,
        __dirname,
        `http://127.0.0.1:${port}/v1/traces`,
      ]);
    } finally {
      collector.closeAllConnections();
      collector.close();
    }
    const [{ path, key, body }] = received;
    expect([path, key]).toEqual(['/v1/traces', 'the-key']);
    expect(body).toContain('an-operation');
    expect(body).toContain('TypeError');
    expect(body).not.toContain('a-secret');
  });
});
