import { STATUS_CODES } from 'node:http';
import { ServedTool } from '../registry/ServedTool';
import { judgeOf } from '../registry/validators';
import { RestAnswer } from './callRest';

/** What becomes of an answer: the members of MCP's `CallToolResult` as JSON, and how it counts. */
export interface ToolResult {
  /** `{"content": […], …}`. */
  readonly json: string;
  readonly isError: boolean;
  /** Why the call failed through the service's fault, in words for operators. */
  readonly fault?: string;
}

/** How much of a refusal is told to a model. */
const REFUSAL_CHARS = 2_000;

/** A result that tells a model what went wrong, so that it can act on it. */
export function errorResult(text: string, fault?: string): ToolResult {
  const content = [{ type: 'text', text }];
  return {
    json: JSON.stringify({ content, isError: true }),
    isError: true,
    ...(fault !== undefined && { fault }),
  };
}

/**
 * Turns a service's answer into a tool's result. JSON comes as text and as
 * structured content; what the tool promised and the service did not keep is an
 * error, as the protocol wants it. Of a service's own failures nothing is told but
 * the status: what it says then may be its inside.
 */
export function toResult(answer: RestAnswer, tool: ServedTool): ToolResult {
  const { status, cut } = answer;
  if (status >= 500) {
    return errorResult(
      `The service failed with ${statusText(
        status,
      )}. Try again later, or tell its owner.`,
      `the service answered ${status}`,
    );
  }
  if (status >= 300) return refusal(answer);
  if (cut) {
    return errorResult(
      `The answer is larger than ${answer.body.length} bytes, which is more than is passed on. Ask for less: fewer entries, a page, a filter.`,
      'the answer is too large',
    );
  }
  return isJson(answer.contentType)
    ? jsonResult(answer, tool)
    : otherResult(answer, tool);
}

/** A refusal is told: the caller can do something about it. */
function refusal({ status, contentType, body }: RestAnswer): ToolResult {
  const told = isJson(contentType) || contentType.startsWith('text/');
  const text = told ? body.toString('utf8').slice(0, REFUSAL_CHARS) : '';
  return errorResult(
    `The service answered ${statusText(status)}.${text && `\n\n${text}`}`,
  );
}

function jsonResult({ body }: RestAnswer, tool: ServedTool): ToolResult {
  const text = body.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return errorResult(
      'The service answered with something that is not valid JSON.',
      'the answer is not valid JSON',
    );
  }
  const isObject =
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const { outputSchema, wrapsResult } = tool.tool;
  const wrap = wrapsResult || !isObject;
  if (outputSchema) {
    const faults = judgeOf(outputSchema)(wrap ? { result: value } : value);
    if (faults) {
      const list = faults.map(f => `${f.path || '/'} ${f.message}`).join('; ');
      return errorResult(
        `The service's answer is not what this tool promises (${list}). It is:\n\n${text}`,
        `the answer breaks its schema: ${list}`,
      );
    }
  }
  // The text is valid JSON: it can stand in JSON as it is.
  const structured = wrap ? `{"result":${text}}` : text;
  return {
    json: `{"content":[{"type":"text","text":${JSON.stringify(
      text,
    )}}],"structuredContent":${structured},"isError":false}`,
    isError: false,
  };
}

function otherResult(
  { status, contentType, body }: RestAnswer,
  tool: ServedTool,
): ToolResult {
  if (tool.tool.outputSchema) {
    return errorResult(
      `The service's answer is not what this tool promises: it is ${
        body.length === 0 ? 'empty' : contentType || 'of no named type'
      }, not JSON.`,
      'the answer is not JSON',
    );
  }
  const content = contentOf(status, contentType, body);
  return {
    json: JSON.stringify({ content: [content], isError: false }),
    isError: false,
  };
}

function contentOf(status: number, contentType: string, body: Buffer) {
  if (body.length === 0) {
    return { type: 'text', text: `Done (${statusText(status)}).` };
  }
  if (contentType.startsWith('text/') || contentType.endsWith('+xml')) {
    return { type: 'text', text: body.toString('utf8') };
  }
  const [kind] = contentType.split('/');
  if (kind === 'image' || kind === 'audio') {
    const data = body.toString('base64');
    return { type: kind, data, mimeType: contentType };
  }
  return {
    type: 'text',
    text: `The service answered with ${body.length} bytes of ${
      contentType || 'no named type'
    }, which cannot be shown here.`,
  };
}

function isJson(contentType: string): boolean {
  return contentType === 'application/json' || contentType.endsWith('+json');
}

function statusText(status: number): string {
  return [status, STATUS_CODES[status]].filter(Boolean).join(' ');
}
