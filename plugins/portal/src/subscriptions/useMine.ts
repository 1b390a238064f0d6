import { Schema } from '@stoa/plugin-stoa-common';
import {
  LIVE,
  mergePages,
  unwrap,
  useLive,
  usePages,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { paths } from '../paths';

const PAGE_SIZE = 50;

/** A subscription in the list of all: to an API, or to the tools of an MCP server. */
export interface Mine {
  readonly id: string;
  readonly href: string;
  readonly name: string;
  readonly plan: string;
  readonly status: Schema<'McpSubscription'>['status'] | 'cancelled';
  readonly keyPrefix: string;
  readonly since: string;
  /** Of an API: the application that calls it. */
  readonly application?: string;
  /** Of an MCP server: which of its tools. */
  readonly tools?: Schema<'ToolGrant'>;
}

/** The reader's own subscriptions of both kinds, the newest first. */
export function useMine() {
  const client = useStoaClient();
  const apis = usePages('mine/apis', async (cursor, signal) => {
    const page = await unwrap(
      client.GET('/v1/subscriptions/my', {
        params: { query: { limit: PAGE_SIZE, cursor } },
        signal,
      }),
    );
    return { ...page, items: page.items.map(ofApi) };
  });
  const tools = usePages('mine/tools', async (cursor, signal) => {
    const page = await unwrap(
      client.GET('/v1/mcp/subscriptions/my', {
        params: { query: { limit: PAGE_SIZE, cursor } },
        signal,
      }),
    );
    return { ...page, items: page.items.map(ofTools) };
  });
  const mine = mergePages(apis, tools, (a, b) =>
    b.since.localeCompare(a.since),
  );
  useLive(LIVE.subscriptions, mine.reload);
  return mine;
}

function ofApi(subscription: Schema<'Subscription'>): Mine {
  return {
    ...common(subscription),
    href: paths.subscription(subscription.id),
    name: subscription.api_name,
    application: subscription.application_name,
  };
}

function ofTools(subscription: Schema<'McpSubscription'>): Mine {
  return {
    ...common(subscription),
    href: paths.toolSubscription(subscription.id),
    name: subscription.server_name,
    tools: subscription.tools,
  };
}

function common(
  subscription: Schema<'Subscription'> | Schema<'McpSubscription'>,
) {
  return {
    id: subscription.id,
    plan: subscription.plan,
    status: subscription.status,
    keyPrefix: subscription.api_key_prefix,
    since: subscription.created_at,
  };
}
