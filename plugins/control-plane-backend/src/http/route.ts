import { Decision, Principal, operations } from '@stoa/plugin-stoa-common';
import { PolicyResource } from '@stoa/plugin-stoa-node';
import type { Response } from 'express';
import { Actor } from '../database/UnitOfWork';

/** What a handler answers. Without a status: 200, or 204 without a body. */
export interface Reply<Body = unknown> {
  readonly status?: number;
  readonly body?: Body;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes to send instead of JSON; `Content-Type` goes into the headers. */
  readonly raw?: Buffer | string;
  /** Takes over the response, for streams. */
  readonly stream?: (response: Response) => void | Promise<void>;
}

type OperationId = keyof operations;

type PathOf<Id extends OperationId> = operations[Id]['parameters'] extends {
  path: infer P;
}
  ? P
  : {};
type QueryOf<Id extends OperationId> = operations[Id]['parameters'] extends {
  query?: infer Q;
}
  ? Exclude<Q, undefined>
  : {};
/** With `undefined` where the body may be left out. */
type BodyOf<Id extends OperationId> = JsonOf<operations[Id]['requestBody']>;
type JsonOf<Request> = Request extends {
  content: { 'application/json': infer B };
}
  ? B
  : undefined;
type SuccessOf<Responses> = Responses extends { 200: infer R }
  ? R
  : Responses extends { 201: infer R }
  ? R
  : Responses extends { 202: infer R }
  ? R
  : unknown;
type ReplyOf<Id extends OperationId> = SuccessOf<
  operations[Id]['responses']
> extends {
  content: { 'application/json': infer B };
}
  ? B
  : unknown;

/** What a handler is given: validated input, who asks, and what the policy said. */
export interface Call<Id extends OperationId = OperationId> {
  readonly params: PathOf<Id>;
  readonly query: QueryOf<Id>;
  readonly body: BodyOf<Id>;
  readonly principal: Principal;
  readonly decision: Decision;
  /** For transactions: who, under which correlation id, from where. */
  readonly actor: Actor;
  readonly ifMatch?: string;
}

/**
 * One operation of the contract. The action it needs stands in the contract;
 * `resource` tells the policy what it is done to and must read it from the path
 * or from storage (default: the tenant of the path). It throws `stoa.not_found`
 * for what does not exist, with the words given to `what`.
 */
export interface RouteSpec<Id extends OperationId> {
  readonly what?: string;
  readonly resource?: (call: {
    params: PathOf<Id>;
    query: QueryOf<Id>;
    principal: Principal;
  }) => Promise<PolicyResource> | PolicyResource;
  /** In place of `resource`, where the body names the thing: it is looked up, and its tenant taken from what is stored. */
  readonly resourceOfBody?: (
    body: BodyOf<Id>,
    principal: Principal,
  ) => Promise<PolicyResource> | PolicyResource;
  /** Cuts what is shown once from the copy that a replay answers. */
  readonly redact?: (body: ReplyOf<Id>) => unknown;
  readonly handler: (
    call: Call<Id>,
  ) => Promise<Reply<ReplyOf<Id>>> | Reply<ReplyOf<Id>>;
}

/** A route with its types erased, as the router mounts it. */
export interface Route {
  readonly what: string;
  readonly resource?: (call: {
    params: any;
    query: any;
    principal: Principal;
  }) => Promise<PolicyResource> | PolicyResource;
  readonly resourceOfBody?: (
    body: any,
    principal: Principal,
  ) => Promise<PolicyResource> | PolicyResource;
  readonly redact?: (body: any) => unknown;
  readonly handler: (call: any) => Promise<Reply> | Reply;
}

/** Routes by operation id: what a domain's `routes.ts` gives. */
export type Routes = Partial<Record<OperationId, Route>>;

/** Declares the handler of one operation, typed by the contract. */
export function route<Id extends OperationId>(
  operationId: Id,
  spec: RouteSpec<Id>,
): Record<Id, Route> {
  return {
    [operationId]: {
      what: spec.what ?? 'tenant',
      resource: spec.resource,
      resourceOfBody: spec.resourceOfBody,
      redact: spec.redact,
      handler: spec.handler,
    },
  } as Record<Id, Route>;
}
