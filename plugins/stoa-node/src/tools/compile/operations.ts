import { isObject, own, ownText } from './document.ts';
import type { JsonObject, OpenApiDocument } from './document.ts';

const METHODS = 'get put post delete options head patch trace'.split(' ');

/** An operation of a document. */
export interface Operation {
  /** `operationId`, or `METHOD /path` where there is none or several have the same. */
  readonly key: string;
  readonly id?: string;
  /** Upper case. */
  readonly method: string;
  /** As in the document. */
  readonly path: string;
  /** What of it is sent: some documents tell operations of one path apart by a fragment. */
  readonly target: string;
  readonly node: JsonObject;
  /** What holds the operation, and the parameters of all operations of its path. */
  readonly pathItem: JsonObject;
}

/** All operations, in the order of the document. */
export function operationsOf(document: OpenApiDocument): Operation[] {
  const paths = own(document.root, 'paths');
  const found: Omit<Operation, 'key'>[] = [];
  for (const [path, given] of Object.entries(isObject(paths) ? paths : {})) {
    if (!path.startsWith('/')) continue;
    const pathItem = followed(document, given);
    for (const method of METHODS) {
      const node = own(pathItem, method);
      if (!isObject(node)) continue;
      const id = ownText(node, 'operationId');
      const [target] = path.split('#');
      const place = {
        method: method.toUpperCase(),
        path,
        target,
        node,
        pathItem,
      };
      found.push(id ? { ...place, id } : place);
    }
  }
  const uses = new Map<string, number>();
  for (const { id } of found) if (id) uses.set(id, (uses.get(id) ?? 0) + 1);
  return found.map(operation => {
    const { id, method, path } = operation;
    const key = id && uses.get(id) === 1 ? id : `${method} ${path}`;
    return { ...operation, key };
  });
}

/** A path whose `$ref` leads nowhere has no operations. */
function followed(document: OpenApiDocument, given: unknown): JsonObject {
  try {
    return document.follow(given);
  } catch {
    return {};
  }
}
