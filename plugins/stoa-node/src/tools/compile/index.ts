import type { CompiledTool } from '@stoa/plugin-stoa-common';
import { ToolCompiler } from './compileTool.ts';
import { OpenApiDocument, Uncompilable } from './document.ts';
import { namesOf } from './names.ts';
import { operationsOf } from './operations.ts';
import type { CompiledToolSet, ToolProblem, ToolSelection } from './types.ts';

export { describeApi } from '../../apiDescription/describeApi.ts';
export type * from '../../apiDescription/types.ts';
export type { CompiledToolSet, ToolProblem, ToolSelection } from './types.ts';

/** Problems told of one document; who has more does not read them. */
const MAX_PROBLEMS = 200;
/** Characters of JSON that all tools of a document may have. */
const MAX_TOTAL = 64 * 1024 * 1024;

/**
 * Makes tools of the operations of an OpenAPI 2.0, 3.0 or 3.1 document. Pure: the
 * same document and selection make the same tools, in the order of the document. An
 * operation that can be no tool is left out and told of in `problems`; nothing is
 * ever fetched, and nothing thrown.
 */
export function compileTools(
  root: unknown,
  selection: ToolSelection,
): CompiledToolSet {
  try {
    return compileAll(new OpenApiDocument(root), selection);
  } catch (error) {
    return { tools: [], problems: [{ message: messageOf(error) }] };
  }
}

function compileAll(
  document: OpenApiDocument,
  selection: ToolSelection,
): CompiledToolSet {
  const all = operationsOf(document);
  const keys = new Set(all.map(({ key }) => key));
  const selected = selection.operations && new Set(selection.operations);
  const { names, problems: nameProblems } = namesOf(all, selection);
  const descriptions = new Map(
    selection.overrides?.map(o => [o.operation, o.description]),
  );
  const problems: ToolProblem[] = [...(selected ?? descriptions.keys())]
    .filter(key => !keys.has(key))
    .map(operation => ({
      operation,
      message: 'The definition has no such operation.',
    }));

  const compiler = new ToolCompiler(document);
  const tools: (CompiledTool & { operation: string })[] = [];
  let total = 0;
  for (const operation of all) {
    const { key } = operation;
    if (selected && !selected.has(key)) continue;
    const tell = (message: string) =>
      problems.push({ operation: key, message });
    try {
      const { tool, problems: own } = compiler.compile(operation, {
        name: names.get(key)!,
        description: descriptions.get(key),
      });
      total += JSON.stringify(tool).length;
      if (total > MAX_TOTAL) {
        throw new Uncompilable(
          'The tools of the definition are too large together.',
        );
      }
      tools.push({ ...tool, operation: key });
      for (const { operation: of, message } of nameProblems) {
        if (of === key) tell(message);
      }
      own.forEach(tell);
    } catch (error) {
      tell(messageOf(error));
    }
  }
  return { tools, problems: bounded(problems) };
}

function messageOf(error: unknown): string {
  if (error instanceof Uncompilable) return error.message;
  if (error instanceof RangeError) return 'It is nested too deeply.';
  throw error;
}

function bounded(problems: readonly ToolProblem[]): readonly ToolProblem[] {
  if (problems.length <= MAX_PROBLEMS) return problems;
  const more = problems.length - MAX_PROBLEMS + 1;
  return [
    ...problems.slice(0, MAX_PROBLEMS - 1),
    { message: `And ${more} more.` },
  ];
}
