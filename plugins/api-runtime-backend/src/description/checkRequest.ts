import { JsonSchema, StoaError } from '@stoa/plugin-stoa-common';
import {
  DescribedBody,
  DescribedParameter,
  DescribedRequest,
  Fault,
  Judge,
  judgeOf,
  textJudgeOf,
} from '@stoa/plugin-stoa-node';
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { Matched } from './OperationTable';
import { readParameter, Said, Unreadable } from './readParameter';

/** What is wrong, by field: `query.limit`, `path.id`, `header.x-trace`, `body/items/0`. */
interface FieldFault {
  readonly field: string;
  readonly message: string;
}

const MAX_FAULTS = 20;
const JSON_TYPE = /^(application\/([\w.+-]+\+)?|text\/)json$/i;

/** Compiled at the first call of an operation. */
const textJudges = new WeakMap<DescribedParameter, Judge>();

/**
 * Holds a call against the definition's operation. `readBody` reads it whole, and is
 * asked only where the definition says what must be in it; what it gave is the result,
 * to be sent on. Throws `stoa.validation` naming each field, `stoa.unsupported_media_type`,
 * and what `readBody` throws.
 */
export async function checkRequest(options: {
  readonly req: IncomingMessage;
  readonly matched: Matched;
  /** With its question mark, as it came. */
  readonly query: string;
  readonly hasBody: boolean;
  readonly readBody: () => Promise<Buffer>;
}): Promise<Buffer | undefined> {
  const { req, matched, query, hasBody, readBody } = options;
  const { request } = matched.operation;
  if (!request) {
    throw new StoaError(
      'stoa.not_implemented',
      'The definition of this operation cannot be used to check calls.',
    );
  }
  const faults = parameterFaults(request, {
    path: matched.values,
    query: pairsOf(query),
    headers: req.headers,
  });
  const content = contentOf(req, request.body, hasBody, faults);
  if (faults.length > 0) throw invalid(faults);
  if (!content?.schema) return undefined;
  const body = await readBody();
  const found = bodyFaults(content.schema, body);
  if (found.length > 0) throw invalid(found);
  return body;
}

function parameterFaults(request: DescribedRequest, said: Said): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const parameter of request.parameters) {
    const field = `${parameter.in}.${parameter.name}`;
    const tell = (message: string) => faults.push({ field, message });
    try {
      const value = readParameter(parameter, said);
      if (value === undefined) {
        if (parameter.required) tell('is required');
        continue;
      }
      for (const { path, message } of judge(parameter, value) ?? [])
        faults.push({ field: `${field}${path}`, message });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      tell(error.message);
    }
  }
  return faults;
}

function judge(
  parameter: DescribedParameter,
  value: unknown,
): readonly Fault[] | undefined {
  let known = textJudges.get(parameter);
  if (!known) {
    known = textJudgeOf(parameter.schema);
    textJudges.set(parameter, known);
  }
  return known(value);
}

/** What the definition says of a body of the type that came. */
function contentOf(
  req: IncomingMessage,
  body: DescribedBody | undefined,
  hasBody: boolean,
  faults: FieldFault[],
): { schema?: JsonSchema } | undefined {
  if (!hasBody) {
    if (body?.required) faults.push({ field: 'body', message: 'is required' });
    return undefined;
  }
  if (!body) {
    faults.push({ field: 'body', message: 'is not taken by this operation' });
    return undefined;
  }
  const type = (req.headers['content-type'] ?? '').split(';')[0].trim();
  const content = [type, type.replace(/\/.*/, '/*'), '*/*']
    .map(wanted =>
      body.contents.find(
        one =>
          one.type.split(';')[0].trim().toLowerCase() === wanted.toLowerCase(),
      ),
    )
    .find(Boolean);
  if (!content) {
    throw new StoaError(
      'stoa.unsupported_media_type',
      `This operation takes ${body.contents
        .map(one => one.type)
        .slice(0, 5)
        .join(', ')}.`,
    );
  }
  if (!content.schema || !JSON_TYPE.test(type)) return {};
  const packed = req.headers['content-encoding'];
  if (packed !== undefined && packed.toLowerCase() !== 'identity') {
    throw new StoaError(
      'stoa.unsupported_media_type',
      'A body that is checked must not be packed (Content-Encoding).',
    );
  }
  return content;
}

function bodyFaults(schema: JsonSchema, body: Buffer): FieldFault[] {
  const told = (message: string) => [{ field: 'body', message }];
  if (!isUtf8(body)) return told('is not in UTF-8');
  try {
    const faults = judgeOf(schema)(JSON.parse(body.toString())) ?? [];
    return faults.map(({ path, message }) => ({
      field: `body${path}`,
      message,
    }));
  } catch (error) {
    if (error instanceof SyntaxError) return told('is no JSON');
    if (error instanceof RangeError) return told('is nested too deeply');
    throw error;
  }
}

function pairsOf(query: string): (readonly [string, string])[] {
  return query
    .replace(/^\?/, '')
    .split('&')
    .filter(Boolean)
    .map(pair => {
      const cut = pair.indexOf('=');
      return cut < 0
        ? ([pair, ''] as const)
        : ([pair.slice(0, cut), pair.slice(cut + 1)] as const);
    });
}

function invalid(faults: readonly FieldFault[]): StoaError {
  const told = faults.slice(0, MAX_FAULTS);
  const [{ field, message }] = told;
  return new StoaError('stoa.validation', `${field}: ${message}`, {
    details: told.map(fault => ({ ...fault })),
  });
}
