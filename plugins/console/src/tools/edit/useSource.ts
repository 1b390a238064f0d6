import { unwrap, useLoad, useStoaClient } from '@stoa/plugin-stoa-react';
import { Api } from '../../apis/types';
import { Operation } from '../pick/operations';
import { ToolProblem } from '../types';

const PAGE_SIZE = 100;
/** A list to choose from that is longer than this is found by its search elsewhere. */
const APIS_MAX = 500;

/** The published APIs of a tenant, to choose one from. */
export function usePublishedApis(tenant: string) {
  const client = useStoaClient();
  return useLoad(`apis/${tenant}`, async signal => {
    const apis: Api[] = [];
    let cursor: string | undefined;
    do {
      const page = await unwrap(
        client.GET('/v1/tenants/{tenant_id}/apis', {
          params: {
            path: { tenant_id: tenant },
            query: { limit: PAGE_SIZE, cursor, status: 'published' },
          },
          signal,
        }),
      );
      apis.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor && apis.length < APIS_MAX);
    return apis;
  });
}

/** One API as it now stands. */
export function useApi(tenant: string, api: string) {
  const client = useStoaClient();
  return useLoad(api ? `api/${tenant}/${api}` : undefined, signal =>
    unwrap(
      client.GET('/v1/tenants/{tenant_id}/apis/{api_id}', {
        params: { path: { tenant_id: tenant, api_id: api } },
        signal,
      }),
    ),
  );
}

/** Every operation of a version that can become a tool, and those that cannot. */
export function useOperations(tenant: string, api: string, version: string) {
  const client = useStoaClient();
  return useLoad(
    api && version ? `operations/${tenant}/${api}/${version}` : undefined,
    async signal => {
      const { tools, problems } = await unwrap(
        client.POST('/v1/tenants/{tenant_id}/toolsets/preview', {
          params: { path: { tenant_id: tenant } },
          body: { api_id: api, version },
          signal,
        }),
      );
      const operations: Operation[] = tools.map(tool => ({
        key: tool.operation,
        method: tool.method,
        path: tool.path,
        summary: tool.title ?? tool.description.split('\n')[0],
      }));
      return { operations, problems: withoutTool(problems, operations) };
    },
  );
}

/** Notes about tools that are there are told where the tool is chosen. */
function withoutTool(
  problems: readonly ToolProblem[],
  operations: readonly Operation[],
): readonly ToolProblem[] {
  const keys = new Set(operations.map(({ key }) => key));
  return problems.filter(
    ({ operation }) => operation === undefined || !keys.has(operation),
  );
}
