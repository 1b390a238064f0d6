import type { JsonSchema } from '@stoa/plugin-stoa-common';

/** A schema, or `true` and `false`: anything, and nothing. */
export type Schema = JsonSchema | boolean;

/** Stands in a fragment where another schema of the document is meant. */
export class Reference {
  /** The place of the other schema: a `$ref` as written in the document. */
  readonly place: string;
  /** What is said of it here: title, description and the like. */
  readonly annotations: JsonSchema;

  constructor(place: string, annotations: JsonSchema) {
    this.place = place;
    this.annotations = annotations;
  }

  /** About what will stand in its place, for measuring. */
  toJSON(): JsonSchema {
    const name = this.place.slice(this.place.lastIndexOf('/') + 1);
    return { $ref: `#/$defs/${name}`, ...this.annotations };
  }
}

/** A schema of the document, translated, with references where it has them. */
export interface Fragment {
  /** Never an instance of `Reference` itself. */
  readonly schema: Schema;
  /** Places of the references in it, one for each. */
  readonly references: readonly string[];
  /** Characters of its JSON. */
  readonly size: number;
  /** Alternatives and parts in its `allOf`, `anyOf` and `oneOf`. */
  readonly branches: number;
  /** What had to be left out of it, in words. */
  readonly notes: readonly string[];
}
