import { useState } from 'react';
import { fetchApiRef, useApi } from '@backstage/frontend-plugin-api';
import { Problem, toProblem, unwrap } from '@stoa/plugin-stoa-react';
import { useGatewayBase } from '../../details/useApi';
import { Arguments } from './useArguments';

/** What a tool answers, in the words of the Model Context Protocol (`CallToolResult`). */
export interface ToolResult {
  readonly content?: readonly {
    readonly type: string;
    readonly text?: string;
  }[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
}

/** How one call went; either `result` or `problem`. */
export interface Outcome {
  readonly result?: ToolResult;
  readonly problem?: Problem;
  /** From sending to the last byte of the answer, in milliseconds. */
  readonly ms: number;
}

/** Calls a tool through the real gateway, in the name of whoever is signed in. */
export function useInvoke(fullName: string) {
  const { fetch } = useApi(fetchApiRef);
  const base = useGatewayBase();
  const [pending, setPending] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();

  const invoke = async (args: Arguments) => {
    setPending(true);
    const start = performance.now();
    const took = () => Math.round(performance.now() - start);
    try {
      const url = `${base}/mcp/v1/tools/${fullName}/invoke`;
      const result = await unwrap(
        send<ToolResult>(() =>
          fetch(url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ arguments: args }),
          }),
        ),
      );
      setOutcome({ result, ms: took() });
    } catch (error) {
      setOutcome({ problem: toProblem(error), ms: took() });
    } finally {
      setPending(false);
    }
  };
  return { invoke, pending, outcome };
}

/** The answer in the form that `unwrap` takes; a body that is no JSON is no error text either. */
async function send<T>(request: () => Promise<Response>) {
  const response = await request();
  const body: unknown = await response.json().catch(() => undefined);
  return response.ok
    ? { data: body as T, response }
    : { error: body, response };
}
