import { sample } from 'openapi-sampler';
import { isObject, own, ownList } from '../tools/compile/document.ts';
import type { JsonObject, OpenApiDocument } from '../tools/compile/document.ts';
import type { Operation } from '../tools/compile/operations.ts';
import { JSON_TYPE } from './contents.ts';
import type { DescribedAnswer } from './types.ts';

/** Characters of one example; a longer one is none. */
const MAX_EXAMPLE = 256 * 1024;
/** A schema that asks for more would be a large example for its own sake. */
const MAX_LEAST = 1_000;
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const FIELD_VALUE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;
const STATUS = /^[2-5]\d\d$/;

interface Media {
  readonly type: string;
  readonly node: JsonObject;
  readonly schema: unknown;
}

/** The answers that the operations of a document may have: their examples, or what fits their schemas. */
export class AnswerBook {
  readonly #document: OpenApiDocument;
  readonly #canSample: boolean;

  constructor(document: OpenApiDocument) {
    this.#document = document;
    this.#canSample = asksForLittle(document.root);
  }

  /** In the order of the document; `default` stands for 200. Throws `Uncompilable`. */
  of({ node }: Operation): DescribedAnswer[] {
    const responses = own(node, 'responses');
    return Object.entries(isObject(responses) ? responses : {}).flatMap(
      ([key, given]) => {
        const status = statusOf(key);
        if (status === undefined) return [];
        const response = this.#document.follow(given);
        const headers = this.#headersOf(response);
        const media =
          this.#document.version === '2.0'
            ? this.#media2(node, response)
            : mediaOf3(response);
        const found = media.flatMap(one =>
          this.#examplesOf(one).map(({ name, body }) => ({
            status,
            ...(name !== undefined && { name }),
            headers,
            type: one.type,
            body,
          })),
        );
        return found.length > 0 ? found : [{ status, headers, body: '' }];
      },
    );
  }

  #examplesOf({
    type,
    node,
    schema,
  }: Media): { name?: string; body: string }[] {
    const texts: { name?: string; value: unknown }[] = [];
    const examples = own(node, 'examples');
    if (isObject(examples)) {
      for (const [name, given] of Object.entries(examples)) {
        const value = own(this.#document.follow(given), 'value');
        if (value !== undefined) texts.push({ name, value });
      }
    }
    const example = own(node, 'example');
    if (example !== undefined) texts.push({ value: example });
    if (texts.length === 0) {
      const sampled = this.#sample(type, schema);
      if (sampled !== undefined) texts.push({ value: sampled });
    }
    return texts.flatMap(({ name, value }) => {
      const body = textOf(value, type);
      return body.length > MAX_EXAMPLE ? [] : [{ name, body }];
    });
  }

  /** What fits the schema; nothing where none is described, or none can be made. */
  #sample(type: string, schema: unknown): unknown {
    const json = JSON_TYPE.test(type) || type === '*/*';
    if (!json || !isObject(schema) || !this.#canSample) return undefined;
    try {
      return sample(
        schema,
        { skipWriteOnly: true, quiet: true },
        this.#document.root,
      );
    } catch {
      return undefined;
    }
  }

  #media2(operation: JsonObject, response: JsonObject): Media[] {
    const given =
      own(operation, 'produces') ?? own(this.#document.root, 'produces');
    const produces = (Array.isArray(given) ? given : []).map(String);
    const examples = own(response, 'examples');
    const schema = own(response, 'schema');
    if (schema === undefined && !isObject(examples)) return [];
    const said = isObject(examples) ? Object.keys(examples) : produces;
    const types = said.length > 0 ? said : ['application/json'];
    return types.map(type => {
      const example = own(examples, type);
      return {
        type,
        node: example === undefined ? {} : { example },
        schema,
      };
    });
  }

  #headersOf(response: JsonObject): string[] {
    const headers = own(response, 'headers');
    return Object.entries(isObject(headers) ? headers : {}).flatMap(
      ([name, given]) => {
        const header = this.#document.follow(given);
        const value = exampleOf(header, this.#document);
        const text = String(value);
        const fits =
          ['string', 'number', 'boolean'].includes(typeof value) &&
          FIELD_NAME.test(name) &&
          FIELD_VALUE.test(text) &&
          text.length <= 4_096 &&
          !/^content-(type|length|encoding)$|^transfer-encoding$/i.test(name);
        return fits ? [name.toLowerCase(), text] : [];
      },
    );
  }
}

function mediaOf3(response: JsonObject): Media[] {
  const content = own(response, 'content');
  return Object.entries(isObject(content) ? content : {}).map(
    ([type, node]) => ({
      type,
      node: isObject(node) ? node : {},
      schema: own(node, 'schema'),
    }),
  );
}

/** Of a header: its example, or that of its schema. */
function exampleOf(header: JsonObject, document: OpenApiDocument): unknown {
  const schema = document.follow(own(header, 'schema'));
  const examples = own(header, 'examples');
  const [first] = Object.values(isObject(examples) ? examples : {});
  return (
    own(header, 'example') ??
    own(document.follow(first), 'value') ??
    own(header, 'x-example') ??
    own(schema, 'example') ??
    ownList(schema, 'examples')[0] ??
    own(schema, 'default') ??
    own(header, 'default')
  );
}

/** `2XX` stands for 200, `default` for an answer that went well. */
function statusOf(key: string): number | undefined {
  if (key === 'default') return 200;
  const text = key.replace(/XX$/i, '00');
  return STATUS.test(text) ? Number(text) : undefined;
}

/** Texts that are no JSON are written as they stand. */
function textOf(value: unknown, type: string): string {
  if (typeof value === 'string' && !JSON_TYPE.test(type)) return value;
  return JSON.stringify(value, undefined, 2);
}

/** Whether no schema of the document wants so much that a sample of it would fill the memory. */
function asksForLittle(root: unknown): boolean {
  const found = new Set<unknown>([root]);
  for (const value of found) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'object') found.add(inner);
      const least = /^min(Length|Items|Properties|Contains)$/.test(key);
      if (least && typeof inner === 'number' && inner > MAX_LEAST) return false;
    }
  }
  return true;
}
