import {
  LIVE,
  mergePages,
  unwrap,
  useLive,
  usePages,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { Subscription } from '../apis/types';
import { ToolSubscription } from '../tools/types';

const PAGE_SIZE = 50;

/** A request that waits: of an application for an API, or of a person for tools. */
export interface Request {
  readonly id: string;
  readonly kind: 'api' | 'tools';
  /** Who will use it: an application, or a person's AI clients. */
  readonly whose: string;
  /** The API, or the MCP server. */
  readonly what: string;
  readonly who: string;
  readonly plan: string;
  readonly reason?: string;
  readonly since: string;
  /** Of an MCP server: which of its tools. */
  readonly tools?: ToolSubscription['tools'];
  readonly permissions: { readonly approve: boolean; readonly reject: boolean };
}

/** What waits for a decision in a tenant, the longest waiting first. */
export function useRequests(tenant: string) {
  const client = useStoaClient();
  const path = { tenant_id: tenant };
  const apis = usePages(`pending/${tenant}/apis`, async (cursor, signal) => {
    const page = await unwrap(
      client.GET('/v1/subscriptions/tenant/{tenant_id}/pending', {
        params: { path, query: { limit: PAGE_SIZE, cursor } },
        signal,
      }),
    );
    return { ...page, items: page.items.map(ofApi) };
  });
  const tools = usePages(`pending/${tenant}/tools`, async (cursor, signal) => {
    const page = await unwrap(
      client.GET('/v1/mcp/subscriptions/tenant/{tenant_id}/pending', {
        params: { path, query: { limit: PAGE_SIZE, cursor } },
        signal,
      }),
    );
    return { ...page, items: page.items.map(ofTools) };
  });
  const requests = mergePages(apis, tools, (a, b) =>
    a.since.localeCompare(b.since),
  );
  useLive(LIVE.subscriptions, requests.reload);
  return requests;
}

function ofApi(subscription: Subscription): Request {
  return {
    ...common(subscription),
    kind: 'api',
    whose: subscription.application_name,
    what: subscription.api_name,
  };
}

function ofTools(subscription: ToolSubscription): Request {
  const { who, ...rest } = common(subscription);
  return {
    ...rest,
    kind: 'tools',
    whose: who,
    who,
    what: subscription.server_name,
    tools: subscription.tools,
  };
}

function common(subscription: Subscription | ToolSubscription) {
  return {
    id: subscription.id,
    who: subscription.subscriber_name ?? subscription.subscriber_id,
    plan: subscription.plan,
    reason: subscription.request_reason,
    since: subscription.created_at,
    permissions: subscription.permissions,
  };
}
