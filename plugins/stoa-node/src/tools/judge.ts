import { CompiledTool, JsonSchema } from '@stoa/plugin-stoa-common';
import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { linearRegExp } from './linearRegExp';

/** Faults that are told; a caller mends them a few at a time. */
const MAX_FAULTS = 10;

/** What is wrong with a value: where (a JSON pointer, empty for the whole), and what is expected. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Judges a value; nothing when it is right. */
export type Judge = (value: unknown) => readonly Fault[] | undefined;

const OPTIONS: Options = {
  strict: false,
  allErrors: true,
  ownProperties: true,
  // Schemas come and go with their tools; a `$id` in them must not name anything here.
  addUsedSchema: false,
  validateSchema: false,
  logger: false,
  code: { regExp: linearRegExp },
};
const exact = addFormats(new Ajv2020(OPTIONS));
const lenient = addFormats(new Ajv2020({ ...OPTIONS, coerceTypes: true }));

/** Compiled judges by the schema they were made of: a tool that stays is not compiled again. */
const judges = new WeakMap<JsonSchema, Judge>();

/** The judge of a schema. Throws when the schema cannot be used. */
export function judgeOf(schema: JsonSchema): Judge {
  let judge = judges.get(schema);
  if (!judge) {
    judge = compile(exact, schema);
    judges.set(schema, judge);
  }
  return judge;
}

/**
 * The judge of a text that stands for a value, as parameters of a request do: `"5"` is
 * a number where the schema wants one. Not kept. Throws when the schema cannot be used.
 */
export function textJudgeOf(schema: JsonSchema): Judge {
  const { $defs, ...own } = schema;
  const judge = compile(lenient, {
    ...($defs !== undefined && { $defs }),
    type: 'object',
    properties: { value: own },
  });
  // What the texts were read as is written where they stand.
  return value =>
    judge({ value: structuredClone(value) })?.map(fault => ({
      ...fault,
      path: fault.path.replace(/^\/value/, ''),
    }));
}

function compile(ajv: Ajv2020, schema: JsonSchema): Judge {
  const validate = ajv.compile(schema);
  // Ajv would keep it for good.
  ajv.removeSchema(schema);
  return value => {
    if (validate(value)) return undefined;
    const faults = faultsOf(validate);
    validate.errors = null;
    return faults;
  };
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
