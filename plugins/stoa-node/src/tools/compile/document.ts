export type JsonObject = Readonly<Record<string, unknown>>;

/** Why an operation cannot become a tool; the message is for whoever wrote the definition. */
export class Uncompilable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Uncompilable';
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property; never what objects inherit. */
export function own(object: unknown, key: string): unknown {
  return isObject(object) && Object.hasOwn(object, key)
    ? object[key]
    : undefined;
}

export function ownText(object: unknown, key: string): string | undefined {
  const value = own(object, key);
  return typeof value === 'string' ? value : undefined;
}

export function ownList(object: unknown, key: string): readonly unknown[] {
  const value = own(object, key);
  return Array.isArray(value) ? value : [];
}

/** An OpenAPI document that may be wrong in any way. */
export class OpenApiDocument {
  readonly root: JsonObject;
  readonly version: '2.0' | '3.0' | '3.1';
  readonly #targets = new Map<string, unknown>();

  /** Throws `Uncompilable` for what is no OpenAPI document of a known version. */
  constructor(root: unknown) {
    const said = String(own(root, 'openapi') ?? own(root, 'swagger'));
    const version = /^(2\.0|3\.0|3\.1)(\.|$)/.exec(said)?.[1];
    if (!isObject(root) || !version) {
      throw new Uncompilable('Not an OpenAPI document of a known version.');
    }
    this.root = root;
    this.version = version as OpenApiDocument['version'];
  }

  /** The object itself, or what its `$ref` leads to in the end. Throws `Uncompilable`. */
  follow(value: unknown): JsonObject {
    let target = value;
    for (let steps = 0; ; steps++) {
      const ref = own(target, '$ref');
      if (typeof ref !== 'string') break;
      if (steps > 100) {
        throw new Uncompilable(`"${shorten(ref)}" refers to itself.`);
      }
      target = this.at(ref);
    }
    return isObject(target) ? target : {};
  }

  /** What stands at the place that a `$ref` names. Throws `Uncompilable`. */
  at(ref: string): unknown {
    if (!this.#targets.has(ref)) this.#targets.set(ref, this.#find(ref));
    return this.#targets.get(ref);
  }

  #find(ref: string): unknown {
    if (ref !== '#' && !ref.startsWith('#/')) {
      throw new Uncompilable(
        `"${shorten(
          ref,
        )}" points out of the document; nothing is fetched from there.`,
      );
    }
    let target: unknown = this.root;
    for (const name of pointerNames(ref)) {
      const child = Array.isArray(target)
        ? target[Number(name)]
        : own(target, name);
      if (child === undefined) {
        throw new Uncompilable(`"${shorten(ref)}" points to nothing.`);
      }
      target = child;
    }
    return target;
  }
}

/** The names of a JSON pointer in a fragment (RFC 6901 §6). */
export function pointerNames(ref: string): string[] {
  let pointer = ref.slice(1);
  try {
    pointer = decodeURIComponent(pointer);
  } catch {
    // Then a percent sign is a percent sign.
  }
  return pointer
    .split('/')
    .slice(1)
    .map(name => name.replace(/~1/g, '/').replace(/~0/g, '~'));
}

export function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
