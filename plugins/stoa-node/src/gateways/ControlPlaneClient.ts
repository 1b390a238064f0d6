const LOOKUP_TIMEOUT_MS = 2_000;
/** A large definition is read and compiled meanwhile. */
const DESCRIPTION_TIMEOUT_MS = 60_000;
const REPORT_TIMEOUT_MS = 10_000;

/** What a gateway may ask about: a key by its SHA-256 in hex, a person by subject, a client of the identity provider, or what was used of a quota. */
export type Question =
  | { readonly key_hash: string }
  | { readonly subject: string }
  | { readonly client_id: string }
  | {
      readonly quota: {
        readonly per: string;
        readonly tenant_id: string;
        readonly environment?: string;
        readonly id: string;
      };
    };

export interface ControlPlaneClientOptions {
  /** Address of the control plane, without a slash at its end: `…/api/control-plane`. Asked for each call. */
  readonly url: () => Promise<string>;
  /** Bearer token of the gateway. Asked for each call, so that it is always fresh. */
  readonly token: () => Promise<string>;
}

/** The control plane as a gateway sees it: the feed's address, questions, and reports. */
export class ControlPlaneClient {
  readonly #options: ControlPlaneClientOptions;

  constructor(options: ControlPlaneClientOptions) {
    this.#options = options;
  }

  async feedUrl(): Promise<string> {
    return `${await this.#options.url()}/v1/feed`;
  }

  token(): Promise<string> {
    return this.#options.token();
  }

  /** The answer as it came, `undefined` when there is nothing under that name. Rejects on any other answer. */
  async lookup(
    question: Question,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const response = await this.#post(
      'lookup',
      JSON.stringify(question),
      AbortSignal.timeout(LOOKUP_TIMEOUT_MS),
    );
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`the control plane answered ${response.status}`);
    }
    const answer = Object(await response.json()) as Record<string, unknown>;
    return answer.found === false ? undefined : answer;
  }

  /** What the definition of a deployment says, as it came. Rejects on any answer but that. */
  async description(deploymentId: string): Promise<unknown> {
    const response = await this.#ask(
      `descriptions/${encodeURIComponent(deploymentId)}`,
      { signal: AbortSignal.timeout(DESCRIPTION_TIMEOUT_MS) },
    );
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`the control plane answered ${response.status}`);
    }
    return response.json();
  }

  /** Reports calls, each as the JSON of its `MeteringEvent`; resolves to the status, 202 when they were taken. */
  reportCalls(events: readonly string[], signal: AbortSignal): Promise<number> {
    return this.#report(`{"metering":[${events.join()}]}`, signal);
  }

  /** Reports failed calls; resolves to the status, 202 when they were taken. */
  reportFailures(
    errors: readonly unknown[],
    signal: AbortSignal,
  ): Promise<number> {
    return this.#report(JSON.stringify({ metering: [], errors }), signal);
  }

  async #report(json: string, signal: AbortSignal): Promise<number> {
    const response = await this.#post(
      'events',
      json,
      AbortSignal.any([signal, AbortSignal.timeout(REPORT_TIMEOUT_MS)]),
    );
    await response.body?.cancel();
    return response.status;
  }

  #post(
    path: 'lookup' | 'events',
    json: string,
    signal: AbortSignal,
  ): Promise<Response> {
    return this.#ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: json,
      signal,
    });
  }

  async #ask(path: string, init: RequestInit): Promise<Response> {
    const { url, token } = this.#options;
    return fetch(`${await url()}/v1/gateways/${path}`, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${await token()}` },
      redirect: 'error',
    });
  }
}

/** Reads fields of an answer; throws naming the one that is missing. */
export function factsOf(answer: Readonly<Record<string, unknown>>) {
  const typed = <T>(name: string, type: 'string' | 'number') => {
    const value = answer[name];
    if (typeof value !== type) throw new Error(`the answer lacks ${name}`);
    return value as T;
  };
  return {
    text: (name: string) => typed<string>(name, 'string'),
    count: (name: string) => typed<number>(name, 'number'),
    /** Milliseconds since the epoch. */
    time(name: string): number | undefined {
      const value = answer[name];
      if (typeof value !== 'string') return undefined;
      const time = Date.parse(value);
      if (Number.isNaN(time)) throw new Error(`${name} is no time`);
      return time;
    },
  };
}
