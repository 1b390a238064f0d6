import { isObject, own, ownList } from './document.ts';
import type { JsonObject, OpenApiDocument } from './document.ts';
import type { Operation } from './operations.ts';

const JSON_TYPE = /^(application\/([\w.-]+\+)?|text\/)json\s*(;|$)|^\*\/\*$/i;
const MAX_FOLLOWED = 20;

/**
 * What a call that succeeds answers in JSON, as it stands in the document; `undefined`
 * when none is described. Of several answers it is any of them; and nothing is
 * promised where one of them may come without JSON, as 204 does.
 */
export function answerOf(
  document: OpenApiDocument,
  { node, method }: Operation,
): unknown {
  if (method === 'HEAD') return undefined;
  const responses = own(node, 'responses');
  const found: unknown[] = [];
  for (const status of Object.keys(isObject(responses) ? responses : {})) {
    if (!/^2(\d\d|XX)$/i.test(status)) continue;
    const response = document.follow(own(responses, status));
    const schema =
      document.version === '2.0'
        ? answerOf2(document, node, response)
        : answerOf3(response);
    if (schema === undefined) return undefined;
    found.push(schema);
  }
  if (found.length < 2) return found[0];
  const different = new Map(found.map(one => [JSON.stringify(one), one]));
  return different.size > 1 ? { anyOf: [...different.values()] } : found[0];
}

function answerOf3(response: JsonObject): unknown {
  const content = own(response, 'content');
  for (const type of Object.keys(isObject(content) ? content : {})) {
    if (JSON_TYPE.test(type)) return own(own(content, type), 'schema');
  }
  return undefined;
}

function answerOf2(
  document: OpenApiDocument,
  node: JsonObject,
  response: JsonObject,
): unknown {
  const schema = own(response, 'schema');
  const produces = own(node, 'produces') ?? own(document.root, 'produces');
  const json =
    !Array.isArray(produces) ||
    produces.length === 0 ||
    produces.some(type => JSON_TYPE.test(String(type)));
  return json && own(schema, 'type') !== 'file' ? schema : undefined;
}

/** Whether all values of a schema of the document are objects. */
export function describesObject(
  document: OpenApiDocument,
  schema: unknown,
  followed = 0,
): boolean {
  if (followed > MAX_FOLLOWED) return false;
  const node = document.follow(schema);
  const type = own(node, 'type');
  if (own(node, 'nullable') === true || own(node, 'x-nullable') === true) {
    return false;
  }
  if (type !== undefined) return type === 'object';
  const inner = (part: unknown) =>
    describesObject(document, part, followed + 1);
  for (const key of ['oneOf', 'anyOf']) {
    const parts = ownList(node, key);
    if (parts.length > 0 && parts.every(inner)) return true;
  }
  return (
    ownList(node, 'allOf').some(inner) || isObject(own(node, 'properties'))
  );
}
