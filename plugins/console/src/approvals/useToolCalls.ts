import { useCallback, useState } from 'react';
import { Schema } from '@stoa/plugin-stoa-common';
import {
  LIVE,
  Problem,
  toProblem,
  unwrap,
  useLive,
  usePages,
  useStoaClient,
} from '@stoa/plugin-stoa-react';

export type ToolCall = Schema<'McpApproval'>;

const PAGE_SIZE = 50;

/** Calls of a tenant's tools that wait for a person, the newest first, and the decisions on them. */
export function useToolCalls(tenant: string) {
  const client = useStoaClient();
  const list = usePages(`tool-calls/${tenant}`, async (cursor, signal) =>
    unwrap(
      client.GET('/v1/mcp/approvals', {
        params: {
          query: {
            tenant_id: tenant,
            status: 'pending',
            limit: PAGE_SIZE,
            cursor,
          },
        },
        signal,
      }),
    ),
  );
  const { reload } = list;
  useLive(LIVE.toolCalls, reload);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const decide = useCallback(
    async (work: () => Promise<unknown>) => {
      setPending(true);
      setProblem(undefined);
      try {
        await work();
        return true;
      } catch (error) {
        setProblem(toProblem(error));
        return false;
      } finally {
        setPending(false);
        // Whatever came of it, somebody else may have decided on others.
        reload();
      }
    },
    [reload],
  );
  const at = ({ id }: ToolCall) => ({ params: { path: { approval_id: id } } });
  return {
    list,
    pending,
    problem,
    approve: (call: ToolCall) =>
      decide(() =>
        unwrap(
          client.POST('/v1/mcp/approvals/{approval_id}/approve', at(call)),
        ),
      ),
    deny: (call: ToolCall, note: string) =>
      decide(() =>
        unwrap(
          client.POST('/v1/mcp/approvals/{approval_id}/deny', {
            ...at(call),
            body: { note },
          }),
        ),
      ),
  };
}
