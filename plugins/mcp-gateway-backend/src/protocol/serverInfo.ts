import { ServedServer } from '../registry/ServedTool';
import { SUPPORTED_REVISIONS } from './revisions';

/** What the gateway is called; a virtual server goes by its own name. */
export function serverInfo(server: ServedServer | undefined) {
  return server
    ? {
        name: `${server.item.tenant_id}/${server.item.slug}`,
        title: server.item.title,
        version: server.item.version,
      }
    : { name: 'stoa', title: 'STOA', version: '1' };
}

/** What is here: tools. What is not said is not here, and answers as an unknown method. */
export const CAPABILITIES = { tools: {} };

export function instructions(server: ServedServer | undefined): string {
  return (
    server?.item.description ??
    'Tools of the APIs that you may use. Names are <organisation>__<server>__<tool>.'
  );
}

/** How long a client may keep what it was told, in milliseconds. What may be called can change at any moment. */
export const TTL_MS = 5_000;

/** The answer to `server/discover` (2026-07-28), without what every result carries. */
export function discovery(server: ServedServer | undefined): string {
  return JSON.stringify({
    supportedVersions: SUPPORTED_REVISIONS,
    capabilities: CAPABILITIES,
    instructions: instructions(server),
    ttlMs: TTL_MS,
    cacheScope: 'private',
  });
}

/** The answer to `initialize` (2025-11-25 and before). */
export function initialization(
  server: ServedServer | undefined,
  protocolVersion: string,
): string {
  return JSON.stringify({
    protocolVersion,
    capabilities: CAPABILITIES,
    serverInfo: serverInfo(server),
    instructions: instructions(server),
  });
}
