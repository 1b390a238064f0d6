import { judgeOf } from '@stoa/plugin-stoa-node';
import { STATUS_CODES } from 'node:http';
import { ServedTool } from '../registry/ServedTool';
import { isJson, readJson, readText, ReadJson } from './body';
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
/** Objects and lists within each other. Beyond some hundred, clients cannot read their messages any more. */
const MAX_DEPTH = 100;

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
  const { status, cut, contentType, packed, body } = answer;
  if (status >= 500) {
    return errorResult(
      `The service failed with ${statusText(status)}. Try again ${
        inSeconds(answer) ?? 'later'
      }, or tell its owner.`,
      `the service answered ${status}`,
    );
  }
  if (status >= 300) return refusal(answer);
  if (packed) {
    return errorResult(
      `The service packed its answer (${packed.slice(
        0,
        40,
      )}), which it was not asked to do; it cannot be read. Tell its owner.`,
      'the answer is packed',
    );
  }
  if (cut) {
    return errorResult(
      `The answer is larger than ${body.length} bytes, which is more than is passed on. Ask for less: fewer entries, a page, a filter.`,
      'the answer is too large',
    );
  }
  const said = isJson(contentType) && body.length > 0;
  const json = said || meansJson(answer, tool) ? readJson(body) : undefined;
  if (json) return jsonResult(json, tool);
  return said
    ? errorResult(
        'The service answered with something that is not valid JSON.',
        'the answer is not valid JSON',
      )
    : otherResult(answer, tool);
}

/** A refusal is told: the caller can do something about it. */
function refusal(answer: RestAnswer): ToolResult {
  const { status, contentType } = answer;
  const told = isJson(contentType) ? 'text/plain' : contentType;
  const text = readText({ ...answer, contentType: told })?.trim();
  const redirects = status < 400 && status !== 304;
  const again = inSeconds(answer);
  return errorResult(
    [
      `The service answered ${statusText(status)}.`,
      redirects && ' Redirects are not followed: tell its owner.',
      again && ` Try again ${again}.`,
      text && `\n\n${text.slice(0, REFUSAL_CHARS)}`,
    ]
      .filter(Boolean)
      .join(''),
  );
}

function inSeconds({ retryAfter }: RestAnswer): string | undefined {
  return retryAfter === undefined ? undefined : `in ${retryAfter} seconds`;
}

/** Services forget to say that they answer JSON, or call it a text. */
function meansJson({ contentType }: RestAnswer, { tool }: ServedTool): boolean {
  return (
    contentType === '' ||
    (tool.outputSchema !== undefined && contentType.startsWith('text/'))
  );
}

function jsonResult({ text, value }: ReadJson, tool: ServedTool): ToolResult {
  if (text.length > 2 * MAX_DEPTH && isDeeper(value, MAX_DEPTH)) {
    return errorResult(
      `The answer is nested deeper than ${MAX_DEPTH} levels, which is more than is passed on.`,
      'the answer is nested too deeply',
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

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return (
    levels === 0 ||
    Object.values(value).some(child => isDeeper(child, levels - 1))
  );
}

function otherResult(answer: RestAnswer, tool: ServedTool): ToolResult {
  const { status, contentType, body } = answer;
  if (tool.tool.outputSchema) {
    const what =
      body.length === 0 ? 'nothing' : contentType || 'something of no type';
    return errorResult(
      `The service answered ${statusText(
        status,
      )} with ${what}, where this tool promises JSON. What it was to change may be changed: look before you call it again.`,
      'the answer is not JSON',
    );
  }
  return {
    json: JSON.stringify({ content: [contentOf(answer)], isError: false }),
    isError: false,
  };
}

function contentOf(answer: RestAnswer) {
  const { status, contentType, body } = answer;
  if (body.length === 0) {
    return { type: 'text', text: `Done (${statusText(status)}).` };
  }
  const text = readText(answer);
  if (text !== undefined) return { type: 'text', text };
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

function statusText(status: number): string {
  return [status, STATUS_CODES[status]].filter(Boolean).join(' ');
}
