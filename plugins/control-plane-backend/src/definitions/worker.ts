// Runs in a process of its own. Node loads this very file, without a bundler or
// a transformation: so it and what it loads have only syntax that can be erased, and
// import packages, files by their whole names, or types.
import { createHash } from 'node:crypto';
import { Validator } from '@seriousme/openapi-schema-validator';
import {
  compileTools,
  describeApi,
} from '@stoa/plugin-stoa-node/tool-compiler';
import type {
  ApiDescription,
  CompiledToolSet,
} from '@stoa/plugin-stoa-node/tool-compiler';
import type { ErrorObject } from 'ajv';
import {
  findNodeAtLocation,
  parseTree,
  printParseErrorCode,
  visit as visitJson,
} from 'jsonc-parser';
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit as visitYaml,
} from 'yaml';
import type { Document } from 'yaml';
import { compareDefinitions } from './compare/compareDefinitions.ts';
import type { Answer, Request } from './ParserProcess';
import type {
  DefinitionDiff,
  DefinitionOperation,
  DefinitionProblem,
  DefinitionReport,
  ToolSelection,
} from './report';

const MAX_PROBLEMS = 20;
const MAX_DEPTH = 100;
/** Values in a document with its aliases written out. */
const MAX_NODES = 5_000_000;
const MAX_ALIASES = 100;

type Path = readonly string[];
type JsonObject = Readonly<Record<string, unknown>>;
interface Position {
  readonly line: number;
  readonly column: number;
}

/** A document that could be read, with a way back from values to places. */
interface Source {
  readonly value: unknown;
  /** Where the value stands; with `key`, where that key of it stands. The nearest holder for what is absent. */
  locate(path: Path, key?: string): Position;
}

/** A fault that ends the reading. */
class Refusal extends Error {
  readonly problems: readonly DefinitionProblem[];

  constructor(problems: readonly DefinitionProblem[]) {
    super('The definition is refused');
    this.problems = problems;
  }
}

const NUL = 'The NUL character is not allowed.';
const START: Position = { line: 1, column: 1 };

function refuse(message: string, position: Position = START): Refusal {
  return new Refusal([{ message, ...position }]);
}

/** Reads and judges an OpenAPI document given as bytes. */
async function parse(bytes: Uint8Array): Promise<DefinitionReport> {
  try {
    const text = decode(bytes);
    const source = isJson(text) ? readJson(text) : readYaml(text);
    const document = await check(source);
    return {
      ok: true,
      format: 'openapi',
      ...summarize(document),
      hash: createHash('sha256').update(bytes).digest('hex'),
    };
  } catch (error) {
    if (error instanceof Refusal) {
      return { ok: false, problems: error.problems.slice(0, MAX_PROBLEMS) };
    }
    if (error instanceof RangeError) {
      return { ok: false, problems: refuse('Too deeply nested.').problems };
    }
    throw error;
  }
}

/** Makes tools of a document given as bytes; what is wrong with it has been told when it was sent. */
function compile(bytes: Uint8Array, selection: ToolSelection): CompiledToolSet {
  return fromDocument(
    bytes,
    value => compileTools(value, selection),
    message => ({ tools: [], problems: [{ message }] }),
  );
}

/** What gateways need of a document given as bytes. */
function describe(bytes: Uint8Array): ApiDescription {
  return fromDocument(bytes, describeApi, message => ({
    operations: [],
    problems: [{ message }],
  }));
}

function fromDocument<T>(
  bytes: Uint8Array,
  make: (value: unknown) => T,
  refused: (message: string) => T,
): T {
  try {
    const text = decode(bytes);
    return make(isJson(text) ? JSON.parse(text) : readYaml(text).value);
  } catch (error) {
    if (error instanceof Refusal) return refused(error.problems[0].message);
    if (error instanceof SyntaxError || error instanceof RangeError)
      return refused('It cannot be read.');
    throw error;
  }
}

/** What changed between two documents, which have nothing wrong with them. */
function compare(
  before: Uint8Array,
  after: Uint8Array,
): DefinitionDiff | string {
  try {
    const [old, now] = [before, after].map(bytes => {
      const text = decode(bytes);
      return (
        isJson(text) ? JSON.parse(text) : readYaml(text).value
      ) as JsonObject;
    });
    return compareDefinitions(old, now);
  } catch (error) {
    if (error instanceof Refusal) return error.problems[0].message;
    if (error instanceof SyntaxError || error instanceof RangeError)
      return 'The documents are nested too deeply to be compared.';
    throw error;
  }
}

function isJson(text: string): boolean {
  return /^\s*(\{\s*["}]|\[)/.test(text);
}

function decode(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw refuse('The document must be UTF-8, not UTF-16.');
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const broken = new TextDecoder().decode(bytes);
    throw refuse(
      'The document is not valid UTF-8.',
      placeOf(broken, broken.indexOf('\ufffd')),
    );
  }
  // Neither JSON nor YAML has it, and PostgreSQL cannot keep it.
  const nul = text.indexOf('\0');
  if (nul >= 0) throw refuse(NUL, placeOf(text, nul));
  return text;
}

function placeOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return {
    line: before.length,
    column: before[before.length - 1].length + 1,
  };
}

function readJson(text: string): Source {
  const problems: DefinitionProblem[] = [];
  const keys: (Set<string> | undefined)[] = [];
  const report = (message: string, line: number, column: number) => {
    if (problems.length < MAX_PROBLEMS) {
      problems.push({ message, line: line + 1, column: column + 1 });
    }
  };
  const open =
    (names: () => Set<string> | undefined) =>
    (_o: number, _l: number, line: number, column: number) => {
      keys.push(names());
      if (keys.length > MAX_DEPTH) {
        report(`Nested deeper than ${MAX_DEPTH} levels.`, line, column);
        throw new Refusal(problems);
      }
    };
  const close = () => {
    keys.pop();
  };
  visitJson(
    text,
    {
      onObjectBegin: open(() => new Set()),
      onArrayBegin: open(() => undefined),
      onObjectEnd: close,
      onArrayEnd: close,
      onObjectProperty(name, _o, _l, line, column) {
        const known = keys[keys.length - 1];
        if (known?.has(name)) report(`Duplicate key "${name}".`, line, column);
        known?.add(name);
      },
      onError(code, _o, _l, line, column) {
        const words = printParseErrorCode(code).replace(/(?!^)([A-Z])/g, ' $1');
        report(`Not valid JSON: ${words.toLowerCase()}.`, line, column);
      },
    },
    { disallowComments: true },
  );
  if (problems.length > 0) throw new Refusal(problems);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('Not valid JSON.');
  }
  return { value, locate: jsonLocator(text) };
}

// A tree with positions costs more than the document itself: only made when there is something to tell.
function jsonLocator(text: string): Source['locate'] {
  let root: ReturnType<typeof parseTree>;
  return (path, key) => {
    root ??= parseTree(text);
    if (!root) return START;
    let node = root;
    for (const segment of key === undefined ? path : [...path, key]) {
      const step = node.type === 'array' ? Number(segment) : segment;
      const next = findNodeAtLocation(node, [step]);
      if (!next) break;
      node = next;
    }
    const keyed = key !== undefined && node.parent?.type === 'property';
    const offset = keyed ? node.parent!.offset : node.offset;
    const before = text.slice(0, offset);
    return {
      line: before.split('\n').length,
      column: offset - before.lastIndexOf('\n'),
    };
  };
}

function readYaml(text: string): Source {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  const faults = [...document.errors, ...document.warnings];
  // The parser reports its own overflow as a fault of the text.
  const deep = faults.find(({ message }) => message.includes('call stack'));
  if (deep) throw refuse('Too deeply nested.', at(deep.pos[0]));
  if (faults.length > 0) {
    throw new Refusal(
      faults.map(({ message, pos }) => ({ message, ...at(pos[0]) })),
    );
  }
  let firstAlias: Position | undefined;
  visitYaml(document, {
    Alias(_, alias) {
      firstAlias ??= at(alias.range?.[0] ?? 0);
    },
    Pair(_, { key }) {
      if (isScalar(key) && key.value === '<<') {
        const position = at(key.range?.[0] ?? 0);
        throw refuse('Merge keys (<<) are not part of YAML 1.2.', position);
      }
    },
  });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    // The library's words for a document that grows out of all measure when its aliases are followed.
    if (error instanceof ReferenceError) {
      throw refuse('Too many aliases.', firstAlias);
    }
    throw error;
  }
  return {
    value,
    locate: (path, key) => at(yamlOffset(document, path, key)),
  };
}

function yamlOffset(document: Document, path: Path, key?: string): number {
  let node: unknown = document.contents;
  let offset = 0;
  const steps = key === undefined ? path : [...path, key];
  for (const [index, step] of steps.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(
        item => String(isScalar(item.key) ? item.key.value : item.key) === step,
      );
      if (!pair) break;
      const wanted = key !== undefined && index === steps.length - 1;
      // A key tells the place better than a block value, which starts on the next line.
      const place = wanted || !isScalar(pair.value) ? pair.key : pair.value;
      if (isNode(place)) offset = place.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function check(source: Source): Promise<JsonObject> {
  const { value, locate } = source;
  if (!isObject(value)) throw refuse('An OpenAPI document is an object.');
  const known =
    value.swagger === '2.0' ||
    (typeof value.openapi === 'string' &&
      /^3\.[01]\.\d+(-.+)?$/.test(value.openapi));
  if (!known) {
    const key = 'swagger' in value ? 'swagger' : 'openapi';
    throw refuse(
      'Not an OpenAPI document of a known version: say "openapi" 3.0.x or 3.1.x, or "swagger" 2.0, as a text.',
      locate([], key),
    );
  }
  const own = checkValues(value);
  const result = await new Validator({ allErrors: true }).validate(value);
  // A text instead of a list tells of references, which are judged here, with their places.
  const faults = Array.isArray(result.errors) ? best(result.errors) : [];
  const found = [...own, ...faults].slice(0, MAX_PROBLEMS);
  if (found.length > 0) {
    const problems = found.map(({ message, path, key }) => ({
      message,
      ...locate(path, key),
      ...(path.length > 0 && { path: pointer(path) }),
    }));
    problems.sort((a, b) => a.line - b.line || a.column - b.column);
    throw new Refusal(problems);
  }
  return value;
}

interface Fault {
  readonly message: string;
  readonly path: Path;
  readonly key?: string;
}

function pointer(path: Path): string {
  return path
    .map(name => `/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`)
    .join('');
}

function fromPointer(text: string): string[] {
  return text
    .split('/')
    .slice(1)
    .map(name => name.replace(/~1/g, '/').replace(/~0/g, '~'));
}

/** Objects whose keys are names that the author chose, so that `default` or `example` in them means nothing. */
const NAMED =
  /^(properties|patternProperties|dependentSchemas|definitions|\$defs|schemas|responses|parameters|examples|requestBodies|headers|securitySchemes|securityDefinitions|links|callbacks|pathItems|paths|webhooks|content|encoding|variables|mapping)$/;
/** Values that are data of the API, not part of the description. */
const DATA = /^(example|default|enum|const|value|x-.*)$/;

interface Step {
  readonly value: unknown;
  readonly parent?: Step;
  readonly key: string;
  readonly depth: number;
  readonly named: boolean;
  readonly data: boolean;
}

/** Faults of values: of `$ref`, where only places of the same document may be meant, which exist and lead to something; and NUL in texts. */
function checkValues(root: JsonObject): Fault[] {
  const faults: Fault[] = [];
  const judged = new Map<string, string | undefined>();
  const stack: Step[] = [
    { value: root, key: '', depth: 0, named: false, data: false },
  ];
  let nodes = 0;
  for (let step = stack.pop(); step; step = stack.pop()) {
    nodes += 1;
    if (nodes > MAX_NODES) throw refuse('Too large with its aliases followed.');
    if (step.depth > MAX_DEPTH) {
      throw refuse(`Nested deeper than ${MAX_DEPTH} levels.`);
    }
    const { value, key: name, named, data, depth } = step;
    // Written as an escape; PostgreSQL cannot keep what is made of it.
    if (
      name.includes('\0') ||
      (typeof value === 'string' && value.includes('\0'))
    ) {
      faults.push({ message: NUL, path: pathOf(step) });
      if (faults.length >= MAX_PROBLEMS) return faults;
    }
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (key === '$ref' && typeof child === 'string') {
        if (!judged.has(child)) judged.set(child, refFault(root, child));
        const message = judged.get(child);
        if (message && (!data || !child.startsWith('#'))) {
          faults.push({ message, path: pathOf(step), key });
          if (faults.length >= MAX_PROBLEMS) return faults;
        }
      }
      const array = Array.isArray(value);
      stack.push({
        value: child,
        parent: step,
        key,
        depth: depth + 1,
        named: !array && !named && NAMED.test(key) && isObject(child),
        data:
          data ||
          (!array && !named && DATA.test(key)) ||
          (!named && key === 'examples' && Array.isArray(child)),
      });
    }
  }
  return faults;
}

function pathOf(step: Step): string[] {
  const path: string[] = [];
  for (let at: Step | undefined = step; at?.parent; at = at.parent) {
    path.unshift(at.key);
  }
  return path;
}

function refFault(root: JsonObject, first: string): string | undefined {
  const seen = new Set<string>();
  for (let ref = first; ; ) {
    if (ref !== '#' && !ref.startsWith('#/')) {
      return `"${first.slice(
        0,
        200,
      )}" points out of the document; only references that begin with "#/" are followed.`;
    }
    if (seen.has(ref)) return `"${first}" refers to itself.`;
    seen.add(ref);
    const target = resolve(root, ref);
    if (target === undefined) return `"${first}" points to nothing.`;
    if (!isObject(target) || typeof target.$ref !== 'string') return undefined;
    ref = target.$ref;
  }
}

function resolve(root: JsonObject, ref: string): unknown {
  let path: string;
  try {
    path = decodeURIComponent(ref.slice(1));
  } catch {
    return undefined;
  }
  let value: unknown = root;
  for (const name of fromPointer(path)) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}

/**
 * The faults worth telling. Where a value may be one of several things, the
 * schema complains about each of them: what lies deepest is what was meant.
 */
function best(errors: readonly ErrorObject[]): Fault[] {
  const telling = errors.filter(
    ({ keyword, params }) =>
      !/^(oneOf|anyOf|if|not)$/.test(keyword) &&
      !(keyword === 'required' && params.missingProperty === '$ref'),
  );
  const seen = new Set<string>();
  return (telling.length > 0 ? telling : [...errors])
    .map(error => ({ fault: toFault(error), depth: error.instancePath }))
    .sort((a, b) => b.fault.path.length - a.fault.path.length)
    .filter(({ fault, depth }) => {
      const id = `${depth} ${fault.message}`;
      return !seen.has(id) && seen.add(id);
    })
    .slice(0, MAX_PROBLEMS)
    .map(({ fault }) => fault);
}

function toFault({
  keyword,
  params,
  instancePath,
  message,
}: ErrorObject): Fault {
  const path = fromPointer(instancePath);
  const subject =
    path.length > 0 ? `"${path[path.length - 1]}"` : 'The document';
  const extra = params.additionalProperty ?? params.unevaluatedProperty;
  if (typeof extra === 'string') {
    return {
      message: `${subject} has no property "${extra}".`,
      path,
      key: extra,
    };
  }
  if (keyword === 'required') {
    return { message: `${subject} lacks "${params.missingProperty}".`, path };
  }
  if (keyword === 'enum') {
    const allowed = [...params.allowedValues].slice(0, 20).join(', ');
    return { message: `${subject} must be one of: ${allowed}.`, path };
  }
  return { message: `${subject} ${message}.`, path };
}

const METHODS = 'get put post delete options head patch trace'.split(' ');

function summarize(document: JsonObject) {
  const info = document.info as JsonObject;
  const operations: DefinitionOperation[] = [];
  for (const [path, given] of Object.entries(document.paths ?? {})) {
    const item =
      isObject(given) && typeof given.$ref === 'string'
        ? resolve(document, given.$ref)
        : given;
    for (const method of METHODS) {
      const operation = isObject(item) ? item[method] : undefined;
      if (isObject(operation)) {
        operations.push({
          ...texts(operation, 'operationId', 'summary'),
          method,
          path,
          tags: Array.isArray(operation.tags) ? operation.tags.map(String) : [],
          deprecated: operation.deprecated === true,
        });
      }
    }
  }
  return {
    specVersion: String(document.openapi ?? document.swagger),
    title: String(info.title),
    version: String(info.version),
    ...texts(info, 'description'),
    operations,
    servers: serversOf(document),
  };
}

function texts<K extends string>(
  object: JsonObject,
  ...keys: readonly K[]
): Partial<Record<K, string>> {
  const found = keys.filter(key => typeof object[key] === 'string');
  return Object.fromEntries(found.map(key => [key, object[key]])) as Partial<
    Record<K, string>
  >;
}

function serversOf(document: JsonObject): string[] {
  if (document.swagger === undefined) {
    const servers = Array.isArray(document.servers) ? document.servers : [];
    return servers.map(server => String(server.url));
  }
  const base = typeof document.basePath === 'string' ? document.basePath : '/';
  if (typeof document.host !== 'string') return [base];
  const schemes = Array.isArray(document.schemes)
    ? document.schemes.map(String)
    : ['https'];
  return schemes.map(scheme => `${scheme}://${document.host}${base}`);
}

/** Characters of tools that are sent at once, so that the parent has turns between. */
const MAX_PART = 256 * 1024;

async function answer(request: Request): Promise<void> {
  const { bytes, selection, later } = request;
  const send = (message: Answer) => process.send?.(message);
  if (request.describe) {
    send({ kind: 'description', description: describe(bytes) });
    return;
  }
  if (later) {
    send({ kind: 'diff', diff: compare(bytes, later) });
    return;
  }
  if (!selection) {
    send({ kind: 'report', report: await parse(bytes) });
    return;
  }
  const { tools, problems } = compile(bytes, selection);
  let part: CompiledToolSet['tools'][number][] = [];
  let size = 0;
  for (const tool of tools) {
    part.push(tool);
    size += JSON.stringify(tool).length;
    if (size < MAX_PART) continue;
    send({ kind: 'tools', tools: part });
    part = [];
    size = 0;
  }
  send({ kind: 'tools', tools: part });
  send({ kind: 'problems', problems });
}

// A parent that is gone ends us.
process.on('message', answer);
process.on('disconnect', () => process.exit());
