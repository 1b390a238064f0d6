import { StoaError } from '@stoa/plugin-stoa-common';
import Ajv2020, { ErrorObject, ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Request } from 'express';
import { JsonSchema, Operation } from './contract';
import { duplicateField } from './duplicates';

/** Validated input of a request; path, query and header values are coerced to their types. */
export interface Input {
  readonly params: Record<string, unknown>;
  readonly query: Record<string, unknown>;
}

/** Both halves throw `stoa.validation`; the body has its own, as it is read only once the caller may act. */
export interface Validator {
  readonly parameters: (request: Request) => Input;
  /** With the text of the body, where there is one. */
  readonly body: (request: Request, text: string | undefined) => void;
}

const options = { allErrors: true, strict: false, useDefaults: true } as const;
const bodies = addFormats(new Ajv2020(options));
const strings = addFormats(new Ajv2020({ ...options, coerceTypes: true }));

/** Compiles the checks of one operation; a request that fails them is `stoa.validation` naming each field. */
export function compileValidator(operation: Operation): Validator {
  const path = parameterSchema(operation, 'path');
  const query = parameterSchema(operation, 'query');
  const header = parameterSchema(operation, 'header');
  const body = operation.body && bodies.compile(operation.body.schema);
  return {
    parameters: request => {
      const params = { ...request.params };
      const queries: Record<string, unknown> = { ...request.query };
      const headers = Object.fromEntries(
        operation.parameters
          .filter(p => p.in === 'header')
          .map(p => [p.name, request.header(p.name)])
          .filter(([, value]) => value !== undefined),
      );
      refuse([
        ...check(path, params),
        ...check(query, queries),
        ...check(header, headers),
        ...textProblems({ ...params, ...queries }),
      ]);
      return { params, query: queries };
    },
    body: (request, text) => {
      if (!body) return;
      // First what the checks against the contract would choke on, or not see.
      refuse(textProblems(request.body));
      refuse(duplicates(text));
      refuse(checkBody(body, request, operation.body!.required));
    },
  };
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const [first] = problems;
  throw new StoaError('stoa.validation', `${first.field}: ${first.message}`, {
    details: problems.slice(0, 20),
  });
}

interface Problem {
  readonly field: string;
  readonly message: string;
}

function parameterSchema(
  operation: Operation,
  where: string,
): ValidateFunction {
  const list = operation.parameters.filter(p => p.in === where);
  return strings.compile({
    type: 'object',
    properties: Object.fromEntries(
      list.map((p): [string, JsonSchema] => [p.name, p.schema]),
    ),
    required: list.filter(p => p.required).map(p => p.name),
    additionalProperties: where !== 'query',
  });
}

function check(validate: ValidateFunction, value: unknown): Problem[] {
  return validate(value) ? [] : (validate.errors ?? []).map(toProblem);
}

function checkBody(
  validate: ValidateFunction,
  request: Request,
  required: boolean,
): Problem[] {
  if (request.body === undefined) {
    return required
      ? [{ field: 'body', message: 'a JSON body is required' }]
      : [];
  }
  return check(validate, request.body);
}

/** The name that an error is about but that is not in its path. */
function nameIn({ params }: ErrorObject): string | undefined {
  return (
    params.missingProperty ??
    params.additionalProperty ??
    params.unevaluatedProperty
  );
}

const WORDS: Readonly<Record<string, (error: ErrorObject) => string>> = {
  enum: error => `must be one of ${error.params.allowedValues.join(', ')}`,
  required: () => 'is required',
  additionalProperties: () => 'is not known here',
  unevaluatedProperties: () => 'is not known here',
};

function toProblem(error: ErrorObject): Problem {
  const field = error.instancePath.slice(1).replace(/\//g, '.');
  return {
    field: [field, nameIn(error)].filter(Boolean).join('.') || 'body',
    message: WORDS[error.keyword]?.(error) ?? error.message ?? 'is not valid',
  };
}

function duplicates(text: string | undefined): Problem[] {
  const field = text && duplicateField(text);
  return field ? [{ field, message: 'is there twice' }] : [];
}

/** No body of the contract comes near; each value may cost an error object when all errors are collected. */
const MAX_VALUES = 100_000;

/**
 * PostgreSQL refuses NUL in text; no field of ours has a use for it. Walks without
 * recursion and stops early, as a stranger chooses how deep and how long the value is.
 */
function textProblems(root: unknown): Problem[] {
  const open: { value: unknown; field: string }[] = [
    { value: root, field: '' },
  ];
  let seen = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, field } = next;
    if (typeof value === 'string' && value.includes('\0')) {
      return [
        {
          field: field || 'body',
          message: 'must not contain the NUL character',
        },
      ];
    }
    if (value === null || typeof value !== 'object') continue;
    const keys = Object.keys(value);
    seen += keys.length;
    if (seen > MAX_VALUES) {
      return [{ field: 'body', message: `has more than ${MAX_VALUES} values` }];
    }
    for (const key of keys) {
      open.push({
        value: (value as Record<string, unknown>)[key],
        field: field ? `${field}.${key}` : key,
      });
    }
  }
  return [];
}
