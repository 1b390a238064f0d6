import type { ArgumentBinding } from '@stoa/plugin-stoa-common';
import { ArgumentError } from './ArgumentError.ts';

type Style = NonNullable<ArgumentBinding['style']>;
type Entries = readonly (readonly [string, unknown])[];

/** How one text becomes part of a URL, a header or a cookie. */
export type Encode = (text: string) => string;

const MAX_DEPTH = 10;

/** Percent-encodes all but the unreserved characters of RFC 3986 §2.3. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Leaves the reserved characters (OpenAPI's `allowReserved`), other than those that
 * would end the value: `&` begins the next parameter, `#` the fragment.
 */
export function encodeUnreserved(text: string): string {
  return encodeURIComponent(text).replace(
    /%(?:2F|3A|3B|3D|3F|40|5B|5D|24|2B|2C)/g,
    decodeURIComponent,
  );
}

/** A value that is no list and no object, as text. */
export function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isSaid = (value: unknown) => value !== undefined && value !== null;

function entriesOf(value: Readonly<Record<string, unknown>>): Entries {
  return Object.entries(value).filter(([, said]) => isSaid(said));
}

/** What of a list or an object is written: its items, or names and values in turn. */
function partsOf(value: unknown, encode: Encode): string[] | undefined {
  if (Array.isArray(value)) {
    return value.filter(isSaid).map(item => encode(asText(item)));
  }
  return isPlain(value)
    ? entriesOf(value).flatMap(([key, item]) => [
        encode(key),
        encode(asText(item)),
      ])
    : undefined;
}

function pairsOf(
  value: Readonly<Record<string, unknown>>,
  encode: Encode,
): string[] {
  return entriesOf(value).map(
    ([key, item]) => `${encode(key)}=${encode(asText(item))}`,
  );
}

/**
 * The value of a parameter of the styles `simple`, `label` and `matrix`, by the
 * table of OpenAPI 3.1 §4.8.12.5; empty when there is nothing to write.
 */
export function expand(
  value: unknown,
  binding: {
    readonly name: string;
    readonly style: 'simple' | 'label' | 'matrix';
    readonly explode: boolean;
  },
  encode: Encode,
): string {
  const { style, explode } = binding;
  const name = style === 'matrix' ? encode(binding.name) : '';
  const parts =
    explode && isPlain(value) ? pairsOf(value, encode) : partsOf(value, encode);
  if (parts?.length === 0) return '';
  if (style === 'simple') {
    return parts ? parts.join(',') : encode(asText(value));
  }
  if (style === 'label') {
    return `.${
      parts ? parts.join(explode ? '.' : ',') : encode(asText(value))
    }`;
  }
  if (!parts) {
    const text = encode(asText(value));
    return text === '' ? `;${name}` : `;${name}=${text}`;
  }
  if (!explode) return `;${name}=${parts.join(',')}`;
  return isPlain(value)
    ? `;${parts.join(';')}`
    : `;${parts.map(part => `${name}=${part}`).join(';')}`;
}

const DELIMITERS: Partial<Record<Style, string>> = {
  form: ',',
  spaceDelimited: '%20',
  pipeDelimited: '%7C',
};

/** Adds the `name=value` pairs of a parameter of the query, of a form or of a cookie. */
export function addPairs(
  pairs: string[],
  value: unknown,
  binding: {
    readonly argument: string;
    readonly name: string;
    readonly style: Style;
    readonly explode: boolean;
  },
  encode: Encode,
): void {
  const { argument, style, explode } = binding;
  const name = encodeStrictly(binding.name);
  if (style === 'deepObject' && isPlain(value)) {
    addDeep(pairs, name, value, { argument, encode, depth: 0 });
  } else if (typeof value !== 'object') {
    pairs.push(`${name}=${encode(asText(value))}`);
  } else if (Array.isArray(value) && (explode || style === 'deepObject')) {
    for (const item of value) {
      if (isSaid(item)) pairs.push(`${name}=${encode(asText(item))}`);
    }
  } else if (explode && isPlain(value)) {
    for (const [key, item] of entriesOf(value)) {
      pairs.push(`${encodeStrictly(key)}=${encode(asText(item))}`);
    }
  } else {
    const parts = partsOf(value, encode);
    if (parts?.length) {
      pairs.push(`${name}=${parts.join(DELIMITERS[style] ?? ',')}`);
    }
  }
}

/** `name[key]=value`; what OpenAPI leaves open, objects in objects and lists, as most servers read it. */
function addDeep(
  pairs: string[],
  name: string,
  value: Readonly<Record<string, unknown>>,
  context: {
    readonly argument: string;
    readonly encode: Encode;
    readonly depth: number;
  },
): void {
  const { argument, encode, depth } = context;
  if (depth > MAX_DEPTH) {
    throw new ArgumentError(argument, 'is nested too deeply');
  }
  for (const [key, item] of entriesOf(value)) {
    const inner = `${name}%5B${encodeStrictly(key)}%5D`;
    if (isPlain(item)) {
      addDeep(pairs, inner, item, { ...context, depth: depth + 1 });
    } else {
      for (const one of Array.isArray(item) ? item.filter(isSaid) : [item]) {
        pairs.push(`${inner}=${encode(asText(one))}`);
      }
    }
  }
}
