import type { CompiledTool, ToolDefinition } from '@stoa/plugin-stoa-common';
import { createHash } from 'node:crypto';
import { prepareRequest } from '../prepareRequest.ts';
import { argumentsOf, bindingOf } from './arguments.ts';
import { bodyOf } from './body.ts';
import { own, Uncompilable } from './document.ts';
import type { OpenApiDocument } from './document.ts';
import type { Operation } from './operations.ts';
import { declaredParameters, parametersOf } from './parameters.ts';
import { answerOf, describesObject } from './response.ts';
import { SchemaBook } from './schemas/SchemaBook.ts';
import { hides, TextCleaner } from './texts.ts';

const INPUT_BOUNDS = { size: 64 * 1024, branches: 512 };
const OUTPUT_BOUNDS = { size: 32 * 1024, branches: 512 };

type Annotations = NonNullable<ToolDefinition['annotations']>;

/** What a method promises (RFC 9110 §9.2). Of POST and PATCH nothing is known: clients then expect the worst. */
const SAFE: Annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
};
const REPLACES: Annotations = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: true,
};
const UNKNOWN: Annotations = { readOnlyHint: false, idempotentHint: false };
const BY_METHOD = new Map([
  ['GET', SAFE],
  ['HEAD', SAFE],
  ['OPTIONS', SAFE],
  ['PUT', REPLACES],
  ['DELETE', REPLACES],
  ['POST', UNKNOWN],
  ['PATCH', UNKNOWN],
]);

/** Makes tools of the operations of one document. */
export class ToolCompiler {
  readonly #document: OpenApiDocument;
  readonly #inputs: SchemaBook;
  readonly #outputs: SchemaBook;

  constructor(document: OpenApiDocument) {
    this.#document = document;
    this.#inputs = new SchemaBook(document, 'input');
    this.#outputs = new SchemaBook(document, 'output');
  }

  /**
   * The tool of an operation under a name, and what of the operation it lacks, in
   * words. Throws `Uncompilable` when there can be no such tool.
   */
  compile(
    operation: Operation,
    told: { readonly name: string; readonly description?: string },
  ): { tool: CompiledTool; problems: string[] } {
    const hints = BY_METHOD.get(operation.method);
    if (!hints) {
      throw new Uncompilable(
        `Tools do not use the method ${operation.method}.`,
      );
    }
    const texts = new TextCleaner();
    const title = texts.title(own(operation.node, 'summary'));
    const description = this.#description(operation, told.description, texts);
    const { input, binding, problems } = this.#input(operation);
    const { outputSchema, wrapsResult } = this.#output(operation);
    const definition: ToolDefinition = {
      name: told.name,
      ...(title !== undefined && { title }),
      description,
      inputSchema: input.schema,
      ...(outputSchema && { outputSchema }),
      annotations: { ...(title !== undefined && { title }), ...hints },
    };
    if (texts.found) {
      problems.push('Hidden characters are taken out of its description.');
    }
    const json = JSON.stringify(definition);
    const hash = createHash('sha256').update(json).digest('hex');
    return {
      tool: { ...definition, binding, wrapsResult, hash },
      problems: [...problems, ...input.notes],
    };
  }

  #description(
    { node, method, path }: Operation,
    override: string | undefined,
    texts: TextCleaner,
  ): string {
    const said = texts.text(override);
    if (said !== undefined) return said;
    const summary = texts.text(own(node, 'summary')) ?? '';
    const more = texts.text(own(node, 'description')) ?? '';
    const both = more.startsWith(summary) ? more : `${summary}\n\n${more}`;
    return texts.text(both) ?? texts.text(`${method} ${path}`) ?? method;
  }

  #input(operation: Operation) {
    const document = this.#document;
    const declared = declaredParameters(document, operation);
    const { parameters, problems } = parametersOf(
      document,
      operation,
      declared,
    );
    const body = bodyOf(document, operation, declared);
    const args = argumentsOf(parameters, body);
    const binding = bindingOf(operation, args, body);
    try {
      prepareRequest(binding);
    } catch (error) {
      throw new Uncompilable(`${(error as Error).message}.`);
    }
    const fragment = this.#inputs.fragmentOf(args.schema);
    const input = this.#inputs.assemble(fragment, INPUT_BOUNDS);
    if (!input) {
      throw new Uncompilable(
        `The schema of its arguments is too large: more than ${INPUT_BOUNDS.size} characters, ${INPUT_BOUNDS.branches} alternatives or 50 levels.`,
      );
    }
    if (hides(JSON.stringify(input.schema))) {
      throw new Uncompilable(
        'Names or values in the schema of its arguments have hidden characters.',
      );
    }
    return { input, binding, problems };
  }

  #output(
    operation: Operation,
  ): Pick<CompiledTool, 'outputSchema' | 'wrapsResult'> {
    const document = this.#document;
    const answer = answerOf(document, operation);
    if (answer === undefined) return { wrapsResult: false };
    const wrapsResult = !describesObject(document, answer);
    const root = wrapsResult
      ? { type: 'object', properties: { result: answer }, required: ['result'] }
      : answer;
    const output = this.#outputs.assemble(
      this.#outputs.fragmentOf(root),
      OUTPUT_BOUNDS,
    );
    if (!output || hides(JSON.stringify(output.schema))) return { wrapsResult };
    return {
      outputSchema: { type: 'object', ...output.schema },
      wrapsResult,
    };
  }
}
