import { isObject, shorten } from '../document.ts';
import { linearRegExp } from '../../linearRegExp.ts';

/** Reads the value of a keyword; `undefined` leaves the keyword out. */
type Read = (value: unknown) => unknown;

const TYPES = new Set(
  'null boolean object array number string integer'.split(' '),
);
const MAX_PATTERN = 1_000;
const MAX_EXAMPLE = 500;
const MAX_EXAMPLES = 3;

const isCount = (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= 0;

const number: Read = value => (Number.isFinite(value) ? value : undefined);
const count: Read = value => (isCount(value) ? value : undefined);
const flag: Read = value => (value === true ? true : undefined);
const word: Read = value =>
  typeof value === 'string' && value !== '' && value.length <= 100
    ? value
    : undefined;

/** What validators know; strict ones refuse a schema that names another. */
const FORMATS = new Set(
  [
    'date time date-time iso-time iso-date-time duration email hostname ipv4 ipv6',
    'uri uri-reference uri-template url uuid regex',
    'json-pointer json-pointer-uri-fragment relative-json-pointer',
    'byte binary password int32 int64 float double',
  ].flatMap(line => line.split(' ')),
);

export function isKnownFormat(format: string): boolean {
  return FORMATS.has(format);
}

/** Names without those that the prototype of every object goes by. */
const names: Read = value => {
  const all = Array.isArray(value) ? value : [];
  const texts = all.filter(
    name => typeof name === 'string' && name !== '__proto__',
  );
  return texts.length > 0 ? [...new Set(texts)] : undefined;
};

/** A name, or several; what the language does not know (as `file` and `any`) says nothing. */
const types: Read = value => {
  if (!Array.isArray(value)) {
    return TYPES.has(value as string) ? value : undefined;
  }
  const known = [...new Set(value.filter(type => TYPES.has(type)))];
  return known.length === value.length && known.length > 0 ? known : undefined;
};

const small: Read = value =>
  JSON.stringify(value)?.length <= MAX_EXAMPLE ? value : undefined;

const samples: Read = value => {
  const few = (Array.isArray(value) ? value : [])
    .filter(example => small(example) !== undefined)
    .slice(0, MAX_EXAMPLES);
  return few.length > 0 ? few : undefined;
};

/** Keywords of JSON Schema whose values are no schemas, and how each is read. */
export const VALUE_KEYWORDS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['type', types],
  [
    'enum',
    value => (Array.isArray(value) && value.length > 0 ? value : undefined),
  ],
  ['const', value => value],
  ['default', small],
  ['examples', samples],
  ['format', value => (isKnownFormat(value as string) ? value : undefined)],
  ['deprecated', flag],
  ['minimum', number],
  ['maximum', number],
  ['exclusiveMinimum', number],
  ['exclusiveMaximum', number],
  [
    'multipleOf',
    value =>
      Number.isFinite(value) && (value as number) > 0 ? value : undefined,
  ],
  ['minLength', count],
  ['maxLength', count],
  ['minItems', count],
  ['maxItems', count],
  ['minContains', count],
  ['maxContains', count],
  ['minProperties', count],
  ['maxProperties', count],
  ['uniqueItems', flag],
  ['required', names],
  [
    'dependentRequired',
    value =>
      isObject(value)
        ? Object.fromEntries(
            Object.entries(value).flatMap(([key, needed]) => {
              const read = names(needed);
              return read && key !== '__proto__' ? [[key, read]] : [];
            }),
          )
        : undefined,
  ],
  ['contentEncoding', word],
  ['contentMediaType', word],
]);

/** Keywords with one schema, with a list of them, and with an object of them. */
export const SCHEMA_KEYWORDS: ReadonlyMap<string, 'one' | 'list' | 'map'> =
  new Map([
    ['items', 'one'],
    ['contains', 'one'],
    ['additionalProperties', 'one'],
    ['propertyNames', 'one'],
    ['unevaluatedItems', 'one'],
    ['unevaluatedProperties', 'one'],
    ['not', 'one'],
    ['if', 'one'],
    ['then', 'one'],
    ['else', 'one'],
    ['allOf', 'list'],
    ['anyOf', 'list'],
    ['oneOf', 'list'],
    ['prefixItems', 'list'],
    ['properties', 'map'],
    ['patternProperties', 'map'],
    ['dependentSchemas', 'map'],
  ]);

const judged = new Map<string, string | undefined>();

/**
 * Why a pattern cannot be kept, or nothing. A text must be tested in linear time, and
 * the pattern must mean something to clients, whose engine is JavaScript's.
 */
export function patternFault(pattern: string): string | undefined {
  if (!judged.has(pattern)) {
    if (judged.size > 10_000) judged.clear();
    judged.set(pattern, judge(pattern));
  }
  return judged.get(pattern);
}

function judge(pattern: string): string | undefined {
  const left = `The pattern ${shorten(JSON.stringify(pattern))} is left out: `;
  if (pattern.length > MAX_PATTERN) return `${left}it is too long.`;
  try {
    RegExp(pattern, 'u');
  } catch {
    return `${left}it is no regular expression of JSON Schema.`;
  }
  try {
    linearRegExp(pattern);
    return undefined;
  } catch {
    return `${left}texts cannot be tested in linear time (RE2).`;
  }
}
