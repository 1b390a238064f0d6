import type { ServerResponse } from 'node:http';
import { HotPathRegistry } from './HotPath';
import { ReadinessService } from './Readiness';

/**
 * `/health` and `/live` tell that the process answers; `/ready` whether it should
 * be sent traffic (200 or 503) and which part is not ready.
 */
export function mountProbes(
  hotPath: HotPathRegistry,
  readiness: ReadinessService,
): void {
  const alive = (_req: unknown, res: ServerResponse) =>
    sendJson(res, 200, { status: 'ok' });
  hotPath.mount('/health', alive);
  hotPath.mount('/live', alive);
  hotPath.mount('/ready', async (_req, res) => {
    const { ready, parts } = await readiness.report();
    sendJson(res, ready ? 200 : 503, {
      status: ready ? 'ok' : 'not_ready',
      parts,
    });
  });
}

function sendJson(res: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  res.end(body);
}
