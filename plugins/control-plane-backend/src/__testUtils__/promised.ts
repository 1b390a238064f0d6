import Ajv2020, { ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { Contract, JsonSchema, loadContract } from '../http/contract';

/** What of an answer is judged; `type` without parameters. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

type Json = Record<string, any>;

const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
const compiled = new Map<JsonSchema, ValidateFunction>();
let contract: Promise<Contract> | undefined;

/** Throws for an answer that the contract does not promise, or that says more than it promises. */
export async function promisedAnswers(): Promise<
  (method: string, path: string, answer: Answer) => void
> {
  contract ??= loadContract();
  const { operations, document } = await contract;
  const paths = document.paths as Record<string, Json>;
  // Literal segments before parameters, as the router has them.
  const known = [...operations]
    .sort((a, b) => (order(a.path) < order(b.path) ? -1 : 1))
    .map(({ method, path }) => ({
      method,
      pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
      responses: paths[path][method].responses as Json,
    }));
  return (method, path, answer) => {
    const found = known.find(
      o => o.method === method && o.pattern.test(path.split('?')[0]),
    );
    const fault = found && faultOf(found.responses, answer);
    if (fault)
      throw new Error(`${method} ${path} answers ${answer.status}: ${fault}`);
  };
}

/** What is wrong with an answer, or undefined. */
function faultOf(
  responses: Json,
  { status, type, body }: Answer,
): string | undefined {
  const refusal = status >= 400 && status !== 500;
  const promised = responses[status] ?? (refusal && responses.default);
  if (!promised) return 'a status that the contract does not name';
  if (!promised.content) return undefined;
  const { schema } = promised.content[type] ?? {};
  if (!schema) return `${type} is not promised`;
  if (type !== 'application/json') return undefined;
  const validate = compiled.get(schema) ?? ajv.compile(closed(schema));
  compiled.set(schema, validate);
  if (validate(body)) return undefined;
  const [{ instancePath, message, params }] = validate.errors!;
  return `${instancePath} ${message} ${JSON.stringify(params)}`;
}

/** The schema for which a value has nothing but what is named; parts of `allOf` and its kind stay open for each other. */
function closed(schema: Json): Json {
  const inner = inside(schema);
  const composed = ['allOf', 'anyOf', 'oneOf'].some(key => key in inner);
  const open =
    'additionalProperties' in inner || !(composed || 'properties' in inner);
  return open ? inner : { ...inner, unevaluatedProperties: false };
}

function inside(schema: Json): Json {
  const inner: Json = { ...schema };
  if (schema.properties) {
    inner.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, value]) => [
        name,
        closed(value as Json),
      ]),
    );
  }
  if (schema.items) inner.items = closed(schema.items);
  for (const key of ['allOf', 'anyOf', 'oneOf'])
    if (schema[key]) inner[key] = schema[key].map(inside);
  return inner;
}

function order(path: string): string {
  return path.replace(/\{/g, '~');
}
