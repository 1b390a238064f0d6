import { Book } from './Book.ts';
import type {
  DefinitionChange,
  DefinitionDiff,
  OperationDiff,
} from './changes.ts';
import { SchemaComparison } from './compareSchemas.ts';
import { operationsOf } from './operations.ts';
import type { Content, Operation } from './operations.ts';
import type { JsonObject } from './values.ts';

/** What is told of one definition, and of one operation. */
const MAX_OPERATIONS = 500;
const MAX_CHANGES = 25;

/**
 * What changed for callers between two OpenAPI documents that are valid, of the same
 * version or another. Judged is what goes over the wire: addresses of servers are
 * not, as callers go through a gateway.
 */
export function compareDefinitions(
  before: JsonObject,
  after: JsonObject,
): DefinitionDiff {
  const books = [new Book(before), new Book(after)] as const;
  const [old, now] = books.map(operationsOf);
  const found: OperationDiff[] = [];
  for (const [key, operation] of old) {
    const next = now.get(key);
    if (!next) {
      found.push(described(operation, 'removed', true));
      continue;
    }
    const changes = compareOperations(...books, operation, next);
    if (changes.length === 0) continue;
    changes.sort((a, b) => Number(b.breaking) - Number(a.breaking));
    found.push({
      ...described(next, 'changed', changes[0].breaking),
      changes: changes.slice(0, MAX_CHANGES),
      omitted: Math.max(0, changes.length - MAX_CHANGES),
    });
  }
  for (const [key, operation] of now) {
    if (!old.has(key)) found.push(described(operation, 'added', false));
  }
  const count = (change: OperationDiff['change']) =>
    found.filter(operation => operation.change === change).length;
  return {
    breaking: found.some(operation => operation.breaking),
    added: count('added'),
    removed: count('removed'),
    changed: count('changed'),
    operations: found
      .sort((a, b) => Number(b.breaking) - Number(a.breaking))
      .slice(0, MAX_OPERATIONS),
    omitted: Math.max(0, found.length - MAX_OPERATIONS),
  };
}

function described(
  { method, path, operationId }: Operation,
  change: OperationDiff['change'],
  breaking: boolean,
): OperationDiff {
  return {
    change,
    method,
    path,
    operationId,
    breaking,
    changes: [],
    omitted: 0,
  };
}

function compareOperations(
  before: Book,
  after: Book,
  a: Operation,
  b: Operation,
): DefinitionChange[] {
  const request = new SchemaComparison(before, after, 'request');
  const response = new SchemaComparison(before, after, 'response');
  return [
    ...itself(a, b),
    ...security(a, b),
    ...parameters(request, a, b),
    ...body(request, a, b),
    ...responses(response, a, b),
    ...request.changes,
    ...response.changes,
  ];
}

/** What no caller notices on the wire. */
function itself(a: Operation, b: Operation): DefinitionChange[] {
  const plain = { where: '', breaking: false };
  const renamed = a.operationId !== b.operationId;
  return [
    ...(renamed
      ? [
          {
            kind: 'renamed' as const,
            ...plain,
            before: a.operationId,
            after: b.operationId,
          },
        ]
      : []),
    ...(a.texts === b.texts
      ? []
      : [{ kind: 'documentation' as const, ...plain }]),
    ...(a.deprecated === b.deprecated
      ? []
      : [
          {
            kind: b.deprecated
              ? ('deprecated' as const)
              : ('undeprecated' as const),
            ...plain,
          },
        ]),
  ];
}

/** Narrower when a way in that was enough is no more. */
function security(a: Operation, b: Operation): DefinitionChange[] {
  const admits = (ways: Operation['security'], way: readonly string[]) =>
    ways.some(other => other.every(part => way.includes(part)));
  const values = {
    where: '',
    before: waysText(a.security),
    after: waysText(b.security),
  };
  if (!a.security.every(way => admits(b.security, way)))
    return [{ kind: 'security_narrowed', ...values, breaking: true }];
  if (!b.security.every(way => admits(a.security, way)))
    return [{ kind: 'security_widened', ...values, breaking: false }];
  return [];
}

function waysText(ways: Operation['security']): string {
  return ways
    .map(way => way.join(' + '))
    .join(' | ')
    .slice(0, 200);
}

function parameters(
  schemas: SchemaComparison,
  a: Operation,
  b: Operation,
): DefinitionChange[] {
  const changes: DefinitionChange[] = [];
  for (const [key, parameter] of a.parameters) {
    const where = `${parameter.in}.${parameter.name}`;
    const next = b.parameters.get(key);
    if (!next) {
      // What callers send would be ignored, or refused.
      changes.push({ kind: 'parameter_removed', where, breaking: true });
      continue;
    }
    if (next.in === 'path' && next.name !== parameter.name)
      changes.push({
        kind: 'parameter_renamed',
        where,
        before: parameter.name,
        after: next.name,
        breaking: false,
      });
    schemas.presence(where, parameter.required, next.required);
    schemas.compare(where, parameter.schema, next.schema);
    if (parameter.style !== next.style && schemas.hasParts(parameter.schema))
      changes.push({
        kind: 'parameter_style',
        where,
        before: parameter.style,
        after: next.style,
        breaking: true,
      });
  }
  for (const [key, { in: place, name, required }] of b.parameters) {
    if (a.parameters.has(key)) continue;
    const where = `${place}.${name}`;
    changes.push({ kind: 'parameter_added', where, breaking: required });
  }
  return changes;
}

function body(
  schemas: SchemaComparison,
  a: Operation,
  b: Operation,
): DefinitionChange[] {
  const where = 'body';
  if (!a.body && !b.body) return [];
  if (!a.body)
    return [{ kind: 'body_added', where, breaking: b.body!.required }];
  if (!b.body) return [{ kind: 'body_removed', where, breaking: true }];
  schemas.presence(where, a.body.required, b.body.required);
  return content(schemas, where, a.body.content, b.body.content);
}

function responses(
  schemas: SchemaComparison,
  a: Operation,
  b: Operation,
): DefinitionChange[] {
  const changes: DefinitionChange[] = [];
  for (const [status, response] of a.responses) {
    const next = b.responses.get(status) ?? b.responses.get(`${status[0]}XX`);
    if (!next) {
      const breaking = status.startsWith('2');
      const where = status.toLowerCase();
      changes.push({ kind: 'response_removed', where, breaking });
      continue;
    }
    const where = status.toLowerCase();
    changes.push(...content(schemas, where, response.content, next.content));
    for (const [name, schema] of response.headers) {
      const place = `${where}.headers.${name}`;
      const header = next.headers.get(name);
      if (header === undefined)
        changes.push({ kind: 'header_removed', where: place, breaking: true });
      else schemas.compare(place, schema, header);
    }
    for (const name of next.headers.keys()) {
      const place = `${where}.headers.${name}`;
      if (!response.headers.has(name))
        changes.push({ kind: 'header_added', where: place, breaking: false });
    }
  }
  for (const status of b.responses.keys()) {
    if (a.responses.has(status)) continue;
    const where = status.toLowerCase();
    changes.push({ kind: 'response_added', where, breaking: false });
  }
  return changes;
}

/** What comes in another form is as good as gone; a form more harms nobody. */
function content(
  schemas: SchemaComparison,
  where: string,
  a: Content,
  b: Content,
): DefinitionChange[] {
  const changes: DefinitionChange[] = [];
  for (const [type, schema] of a) {
    const next = [type, `${type.split('/')[0]}/*`, '*/*'].find(t => b.has(t));
    if (next === undefined)
      changes.push({
        kind: 'media_type_removed',
        where,
        before: type,
        breaking: true,
      });
    else schemas.compare(where, schema, b.get(next));
  }
  for (const type of b.keys()) {
    if (!a.has(type) && !a.has('*/*'))
      changes.push({
        kind: 'media_type_added',
        where,
        after: type,
        breaking: false,
      });
  }
  return changes;
}
