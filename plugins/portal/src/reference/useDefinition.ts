import { unwrap, useLoad, useStoaClient } from '@stoa/plugin-stoa-react';
import { PortalApiDetails } from '../details/useApi';
import { readDocument } from './document';

/** The API's document, parsed; a new definition is loaded when its hash changes. */
export function useDefinition(api: PortalApiDetails) {
  const client = useStoaClient();
  const id = `${api.tenant_id}:${api.api_id}`;
  return useLoad(`${id}@${api.definition_hash ?? ''}`, async signal => {
    const text = await unwrap(
      client.GET('/v1/portal/apis/{id}/definition', {
        params: { path: { id } },
        parseAs: 'text',
        signal,
      }),
    );
    return { text, ...readDocument(await parse(text)) };
  });
}

/** JSON is YAML, but its own parser is many times faster on a large document. */
async function parse(text: string): Promise<unknown> {
  if (text.trimStart().startsWith('{')) return JSON.parse(text);
  const yaml = await import('yaml');
  return yaml.parse(text, { maxAliasCount: 1000 });
}
