import type { JsonSchema } from '@stoa/plugin-stoa-common';
import { OpenApiDocument, Uncompilable } from '../tools/compile/document.ts';
import { operationsOf } from '../tools/compile/operations.ts';
import type { Operation } from '../tools/compile/operations.ts';
import {
  declaredParameters,
  parametersOf,
} from '../tools/compile/parameters.ts';
import { SchemaBook } from '../tools/compile/schemas/SchemaBook.ts';
import { AnswerBook } from './answers.ts';
import { contentsOf } from './contents.ts';
import type {
  ApiDescription,
  DescribedOperation,
  DescribedParameter,
  DescribedRequest,
} from './types.ts';

const BOUNDS = { size: 256 * 1024, branches: 2_048 };
/** Characters of JSON that a description may have; gateways keep it in memory. */
const MAX_TOTAL = 16 * 1024 * 1024;
const MAX_PROBLEMS = 200;

/**
 * What an OpenAPI 2.0, 3.0 or 3.1 document says of requests and answers. Pure: nothing
 * is fetched and nothing thrown. An operation that cannot be described is told of in
 * `problems`; a document that cannot be has no operations.
 */
export function describeApi(root: unknown): ApiDescription {
  try {
    return describeAll(new OpenApiDocument(root));
  } catch (error) {
    return { operations: [], problems: [{ message: messageOf(error) }] };
  }
}

function describeAll(document: OpenApiDocument): ApiDescription {
  const inputs = new SchemaBook(document, 'input');
  const answers = new AnswerBook(document);
  const operations: DescribedOperation[] = [];
  const problems: { operation?: string; message: string }[] = [];
  let total = 0;
  for (const operation of operationsOf(document)) {
    const { key, method, target } = operation;
    const tell = (message: string) => {
      if (problems.length < MAX_PROBLEMS)
        problems.push({ operation: key, message });
    };
    const described: DescribedOperation = {
      method,
      path: target,
      ...attempt(
        () => ({ request: requestOf(document, operation, inputs, tell) }),
        tell,
      ),
      answers: attempt(() => answers.of(operation), tell) ?? [],
    };
    total += JSON.stringify(described).length;
    if (total > MAX_TOTAL) {
      throw new Uncompilable(
        `The definition is too large for gateways: more than ${MAX_TOTAL} characters.`,
      );
    }
    operations.push(described);
  }
  return { operations, problems };
}

/** What it gives; where it cannot be described, nothing, and why is told. */
function attempt<T>(
  describe: () => T,
  tell: (message: string) => void,
): T | undefined {
  try {
    return describe();
  } catch (error) {
    tell(messageOf(error));
    return undefined;
  }
}

function requestOf(
  document: OpenApiDocument,
  operation: Operation,
  book: SchemaBook,
  tell: (message: string) => void,
): DescribedRequest {
  const schema = (node: unknown): JsonSchema => {
    const assembled = book.assemble(book.fragmentOf(node), BOUNDS);
    if (!assembled) {
      throw new Uncompilable(
        `A schema is too large: more than ${BOUNDS.size} characters, ${BOUNDS.branches} alternatives or 50 levels.`,
      );
    }
    assembled.notes.forEach(tell);
    return assembled.schema;
  };
  const declared = declaredParameters(document, operation);
  const { parameters, problems } = parametersOf(document, operation, declared);
  problems.forEach(tell);
  const described = parameters.flatMap(
    ({ allowReserved: _, ...parameter }): DescribedParameter[] =>
      // Cookies are not sent on to a backend.
      parameter.in === 'cookie'
        ? []
        : [
            {
              ...parameter,
              in: parameter.in,
              schema: schema(parameter.schema),
            },
          ],
  );
  const body = contentsOf(document, operation, declared);
  return {
    parameters: described,
    ...(body && {
      body: {
        required: body.required,
        contents: body.contents.map(({ type, node }) => ({
          type,
          ...(node !== undefined && { schema: schema(node) }),
        })),
      },
    }),
  };
}

function messageOf(error: unknown): string {
  if (error instanceof Uncompilable) return error.message;
  if (error instanceof RangeError) return 'It is nested too deeply.';
  throw error;
}
