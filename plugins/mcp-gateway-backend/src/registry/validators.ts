import { CompiledTool, JsonSchema } from '@stoa/plugin-stoa-common';
import { linearRegExp } from '@stoa/plugin-stoa-node';
import type { ErrorObject, ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** Faults that are told; a caller mends them a few at a time. */
const MAX_FAULTS = 10;

/** What is wrong with a value: where (a JSON pointer, empty for the whole), and what is expected. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Judges a value; nothing when it is right. */
export type Judge = (value: unknown) => readonly Fault[] | undefined;

const ajv = addFormats(
  new Ajv2020({
    strict: false,
    allErrors: true,
    ownProperties: true,
    // Schemas come and go with their tools; a `$id` in them must not name anything here.
    addUsedSchema: false,
    validateSchema: false,
    logger: false,
    code: { regExp: linearRegExp },
  }),
);

/** Compiled judges by the schema they were made of: a tool that stays is not compiled again. */
const judges = new WeakMap<JsonSchema, Judge>();

/** The judge of a schema. Throws when the schema cannot be used. */
export function judgeOf(schema: JsonSchema): Judge {
  const known = judges.get(schema);
  if (known) return known;
  const validate = ajv.compile(schema);
  // Ajv would keep it for good.
  ajv.removeSchema(schema);
  const judge: Judge = value => {
    if (validate(value)) return undefined;
    const faults = faultsOf(validate);
    validate.errors = null;
    return faults;
  };
  judges.set(schema, judge);
  return judge;
}

/** Compiles what a tool needs before its first call. Throws when the tool cannot be served. */
export function compileJudges(tool: CompiledTool): void {
  judgeOf(tool.inputSchema);
  if (tool.outputSchema) judgeOf(tool.outputSchema);
}

function faultsOf({ errors }: ValidateFunction): Fault[] {
  return (errors ?? []).slice(0, MAX_FAULTS).map(error => ({
    path: error.instancePath,
    message: inWords(error),
  }));
}

function inWords({ keyword, params, message }: ErrorObject): string {
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `has no property "${
        params.additionalProperty ?? params.unevaluatedProperty
      }"`;
    case 'enum':
      return `must be one of ${JSON.stringify(params.allowedValues).slice(
        0,
        500,
      )}`;
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue).slice(0, 200)}`;
    default:
      return message ?? 'is not right';
  }
}
