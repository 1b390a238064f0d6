import { isObject, own } from '../tools/compile/document.ts';
import type { JsonObject, OpenApiDocument } from '../tools/compile/document.ts';
import type { Operation } from '../tools/compile/operations.ts';

export const JSON_TYPE = /^(application\/([\w.+-]+\+)?|text\/)json\s*(;|$)/i;

/** The body that a definition describes: its types, with the schema of those in JSON, in the words of the document. */
export interface Contents {
  readonly required: boolean;
  readonly contents: readonly { type: string; node?: unknown }[];
}

/** Undefined where no body is described. Throws `Uncompilable`. */
export function contentsOf(
  document: OpenApiDocument,
  operation: Operation,
  declared: readonly JsonObject[],
): Contents | undefined {
  return document.version === '2.0'
    ? contentsOf2(document, operation, declared)
    : contentsOf3(document, operation);
}

function contentsOf3(
  document: OpenApiDocument,
  { node }: Operation,
): Contents | undefined {
  if (own(node, 'requestBody') === undefined) return undefined;
  const body = document.follow(own(node, 'requestBody'));
  const content = own(body, 'content');
  const contents = Object.entries(isObject(content) ? content : {}).map(
    ([type, media]) => withSchema(type, own(media, 'schema')),
  );
  return { required: own(body, 'required') === true, contents };
}

function contentsOf2(
  document: OpenApiDocument,
  { node }: Operation,
  declared: readonly JsonObject[],
): Contents | undefined {
  const given = own(node, 'consumes') ?? own(document.root, 'consumes');
  const types = (Array.isArray(given) ? given : []).map(String);
  const whole = declared.find(parameter => own(parameter, 'in') === 'body');
  if (whole) {
    const said = types.length > 0 ? types : ['application/json'];
    return {
      required: own(whole, 'required') === true,
      contents: said.map(type => withSchema(type, own(whole, 'schema'))),
    };
  }
  const fields = declared.filter(field => own(field, 'in') === 'formData');
  if (fields.length === 0) return undefined;
  const forms = ['application/x-www-form-urlencoded', 'multipart/form-data'];
  return {
    required: fields.some(field => own(field, 'required') === true),
    contents: (types.length > 0 ? types : forms).map(type => ({ type })),
  };
}

function withSchema(type: string, schema: unknown) {
  return JSON_TYPE.test(type) && schema !== undefined
    ? { type, node: schema }
    : { type };
}
