import type { ArgumentBinding, JsonSchema } from '@stoa/plugin-stoa-common';

/** What a definition says of an API's operations, in the form in which gateways hold calls against it. */
export interface ApiDescription {
  readonly operations: readonly DescribedOperation[];
  readonly problems: readonly { operation?: string; message: string }[];
}

export interface DescribedOperation {
  /** Upper case. */
  readonly method: string;
  /** A template such as `/customers/{id}`, below the address of the API. */
  readonly path: string;
  /** Absent where requests cannot be held against the definition; `problems` tell why. */
  readonly request?: DescribedRequest;
  /** What a mock may answer, in the order of the definition. */
  readonly answers: readonly DescribedAnswer[];
}

export interface DescribedRequest {
  readonly parameters: readonly DescribedParameter[];
  readonly body?: DescribedBody;
}

export interface DescribedParameter
  extends Pick<ArgumentBinding, 'style' | 'explode'> {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  /** JSON Schema 2020-12, whole in itself. */
  readonly schema: JsonSchema;
}

export interface DescribedBody {
  readonly required: boolean;
  /** By media type or range, as in the definition; a schema for JSON alone. */
  readonly contents: readonly {
    readonly type: string;
    readonly schema?: JsonSchema;
  }[];
}

export interface DescribedAnswer {
  readonly status: number;
  /** Of several for one status and type, by the key in `examples`. */
  readonly name?: string;
  /** Header fields with an example, as name and value in turn. */
  readonly headers: readonly string[];
  readonly type?: string;
  readonly body: string;
}
