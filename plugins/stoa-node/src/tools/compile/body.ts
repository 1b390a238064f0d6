import type { ArgumentBinding } from '@stoa/plugin-stoa-common';
import { isObject, own, ownList, ownText, Uncompilable } from './document.ts';
import type { JsonObject, OpenApiDocument } from './document.ts';
import type { Operation } from './operations.ts';
import { isUnsaid } from './schemas/translate.ts';

type How = Pick<ArgumentBinding, 'style' | 'explode'>;

/** A property of the body. */
export interface BodyProperty extends How {
  readonly name: string;
  readonly required: boolean;
  readonly schema: unknown;
}

/** What a request carries. */
export interface Body {
  readonly contentType: string;
  readonly required: boolean;
  readonly schema?: unknown;
  /** Its properties, where the body is nothing but an object of them. Without `schema` there is no other way. */
  readonly properties?: readonly BodyProperty[];
}

interface Content {
  readonly contentType: string;
  readonly schema: unknown;
  readonly encoding?: unknown;
}

const JSON_TYPE = /^(application\/([\w.-]+\+)?|text\/)json\s*(;|$)/i;
/** RFC 6902: a list of steps, whatever the schema beside it says of the thing itself. */
const PATCH_TYPE = /^application\/json-patch\+json\b/i;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i;
const FORM = 'application/x-www-form-urlencoded';
const TEXT_TYPE = /^text\/(plain|markdown|x-markdown|html|csv)\s*(;|$)/i;
const ANY_TYPE = /^(\*\/\*|application\/\*)$/;
/** Beside properties, these say something of the object as a whole. */
const MORE_THAN_PROPERTIES =
  'allOf anyOf oneOf not if patternProperties propertyNames minProperties maxProperties dependentRequired dependentSchemas unevaluatedProperties enum const'.split(
    ' ',
  );

/**
 * The body of an operation; `undefined` when it has none. Throws `Uncompilable` for
 * one that a tool cannot send: files, several parts, XML.
 */
export function bodyOf(
  document: OpenApiDocument,
  operation: Operation,
  declared: readonly JsonObject[],
): Body | undefined {
  // RFC 9110 §9.3.1: with these methods a body means nothing.
  if (operation.method === 'GET' || operation.method === 'HEAD') {
    return undefined;
  }
  return document.version === '2.0'
    ? bodyOf2(document, operation, declared)
    : bodyOf3(document, operation);
}

/** The type to send of those that a service takes: JSON rather than a form, a form rather than a text. */
function chosen(types: readonly string[]): string {
  const sorted = [
    ...types.filter(type => !PATCH_TYPE.test(type)),
    ...types.filter(type => PATCH_TYPE.test(type)),
  ];
  for (const wanted of [JSON_TYPE, ANY_TYPE, FORM_TYPE, TEXT_TYPE]) {
    const found = sorted.find(type => wanted.test(type));
    if (found !== undefined) return found;
  }
  throw new Uncompilable(
    `Tools send JSON, forms and texts; this operation takes ${types
      .slice(0, 5)
      .join(', ')}.`,
  );
}

/** Without parameters, and in words that can be sent. */
function plainType(type: string): string {
  return ANY_TYPE.test(type) ? 'application/json' : type.split(';')[0].trim();
}

function bodyOf3(
  document: OpenApiDocument,
  { node }: Operation,
): Body | undefined {
  if (own(node, 'requestBody') === undefined) return undefined;
  const body = document.follow(own(node, 'requestBody'));
  const content = own(body, 'content');
  const types = Object.keys(isObject(content) ? content : {});
  if (types.length === 0) return undefined;
  const type = chosen(types);
  const contentType = plainType(type);
  const media = own(content, type);
  const schema = own(media, 'schema') ?? {};
  const encoding = own(media, 'encoding');
  const required = own(body, 'required');
  return finish(
    document,
    { contentType, schema, encoding },
    typeof required === 'boolean' ? required : undefined,
  );
}

function bodyOf2(
  document: OpenApiDocument,
  { node }: Operation,
  declared: readonly JsonObject[],
): Body | undefined {
  const given = own(node, 'consumes') ?? own(document.root, 'consumes');
  const consumes = (Array.isArray(given) ? given : [])
    .map(String)
    .filter(type => type !== '');
  const whole = declared.find(parameter => own(parameter, 'in') === 'body');
  if (whole) {
    const types = consumes.length > 0 ? consumes : ['application/json'];
    const contentType = plainType(chosen(types));
    const required = own(whole, 'required') === true;
    const schema = own(whole, 'schema') ?? {};
    return finish(document, { contentType, schema }, required);
  }
  const fields = declared.filter(field => own(field, 'in') === 'formData');
  if (fields.length === 0) return undefined;
  const files = fields.some(field => own(field, 'type') === 'file');
  const types = files ? ['multipart/form-data'] : consumes;
  const contentType = types.length > 0 ? plainType(chosen(types)) : FORM;
  const properties = fields.map(field => ({
    name: String(own(field, 'name')),
    required: own(field, 'required') === true,
    schema: field,
    ...fieldStyle(field),
  }));
  const required = properties.some(property => property.required);
  return { contentType, required, properties };
}

function fieldStyle(field: JsonObject): How {
  const format = ownText(field, 'collectionFormat') ?? 'csv';
  if (own(field, 'type') !== 'array') return {};
  if (format === 'multi') return { style: 'form', explode: true };
  if (format === 'csv') return { style: 'form', explode: false };
  if (format === 'ssv') return { style: 'spaceDelimited', explode: false };
  if (format === 'pipes') return { style: 'pipeDelimited', explode: false };
  throw new Uncompilable(`Nothing is sent with "${format}" between values.`);
}

function finish(
  document: OpenApiDocument,
  content: Content,
  saidRequired: boolean | undefined,
): Body {
  const { contentType, schema } = content;
  const structured = JSON_TYPE.test(contentType) || FORM_TYPE.test(contentType);
  if (!structured) {
    const text = { type: 'string', ...(isObject(schema) && schema) };
    return { contentType, required: saidRequired ?? false, schema: text };
  }
  const properties = propertiesOf(document, content);
  const needs = properties?.some(property => property.required) ?? false;
  // Left unsaid it means optional, but hardly anyone says so who requires properties.
  const required = saidRequired ?? needs;
  const merges = properties !== undefined && (required || !needs);
  return { contentType, required, schema, ...(merges && { properties }) };
}

function propertiesOf(
  document: OpenApiDocument,
  { schema, encoding, contentType }: Content,
): BodyProperty[] | undefined {
  const node = document.follow(schema);
  const properties = own(node, 'properties');
  const plain =
    isObject(properties) &&
    ['object', undefined].includes(own(node, 'type') as string | undefined) &&
    [undefined, false].includes(
      own(node, 'additionalProperties') as boolean | undefined,
    ) &&
    own(node, 'nullable') !== true &&
    !MORE_THAN_PROPERTIES.some(key => own(node, key) !== undefined);
  if (!plain) return undefined;
  const required = ownList(node, 'required');
  const said = Object.keys(properties)
    .filter(name => !isUnsaid(document, properties[name], 'input'))
    .map(name => ({
      name,
      required: required.includes(name),
      schema: properties[name],
      ...(FORM_TYPE.test(contentType) && encodingOf(own(encoding, name))),
    }));
  return said.length > 0 ? said : undefined;
}

/** OpenAPI 3.1 §4.8.15: a property of a form that has a style of its own. */
function encodingOf(encoding: unknown): How {
  const style = ownText(encoding, 'style');
  const explode = own(encoding, 'explode');
  if (style === undefined && explode === undefined) return {};
  return {
    style: (style ?? 'form') as How['style'],
    explode:
      typeof explode === 'boolean' ? explode : (style ?? 'form') === 'form',
  };
}
