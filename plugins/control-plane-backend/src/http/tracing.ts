import { inServerSpan } from '@stoa/plugin-stoa-node';
import { Request, Response } from 'express';
import { Operation } from './contract';

/** Does an operation's work within a span of the request's trace. */
export function inRequestSpan<T>(
  { operationId, method, path }: Operation,
  request: Request,
  response: Response,
  work: () => T,
): T {
  return inServerSpan(
    {
      method: method.toUpperCase(),
      route: path,
      requestId: String(response.getHeader('X-Request-ID')),
      headers: request.headers,
      attributes: { 'stoa.operation': operationId },
    },
    response,
    work,
  );
}
