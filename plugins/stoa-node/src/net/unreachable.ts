import { isError } from '@backstage/errors';
import { StoaError } from '@stoa/plugin-stoa-common';

/**
 * Why a backend could not be called, as coarse as a stranger may know:
 * `refused_url` (scheme, credentials, syntax), `refused_address` (internal
 * address without allowance), `dns`, `connect`, `tls`, `timeout`.
 */
export type UnreachableClass =
  | 'refused_url'
  | 'refused_address'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout';

const WORDS: Readonly<Record<UnreachableClass, string>> = {
  refused_url: 'its URL must be http or https, without credentials',
  refused_address: 'its address is not one the platform may call',
  dns: 'its name does not resolve',
  connect: 'no connection could be made',
  tls: 'no trusted TLS connection could be made',
  timeout: 'it did not answer in time',
};

/** `stoa.backend.unreachable` with `details: {class}`; says nothing about what was found at the other end. */
export function unreachable(
  errorClass: UnreachableClass,
  cause?: unknown,
): StoaError {
  return new StoaError(
    'stoa.backend.unreachable',
    `The backend cannot be reached: ${WORDS[errorClass]}.`,
    { details: { class: errorClass }, cause },
  );
}

/**
 * Turns whatever a call through a dialler's dispatcher threw into a StoaError:
 * `stoa.backend.timeout` when a connected backend fell silent, otherwise
 * `stoa.backend.unreachable`. An abort by the caller is returned as it is.
 */
export function toBackendError(error: unknown): Error {
  for (const link of causes(error)) {
    if (link instanceof StoaError) return link;
    if (link.name === 'AbortError') return link;
    const code = 'code' in link ? String(link.code) : '';
    if (
      link.name === 'TimeoutError' ||
      code === 'UND_ERR_HEADERS_TIMEOUT' ||
      code === 'UND_ERR_BODY_TIMEOUT'
    ) {
      return new StoaError(
        'stoa.backend.timeout',
        'The backend did not answer in time.',
        { details: { class: 'timeout' }, cause: error },
      );
    }
    const errorClass = classOf(code);
    if (errorClass) return unreachable(errorClass, error);
  }
  return unreachable('connect', error);
}

// By shape, not by `instanceof`: errors of Node's core may come from another realm.
function* causes(error: unknown): Generator<Error> {
  let link = error;
  for (let depth = 0; isError(link) && depth < 8; depth++) {
    yield link;
    link = link.cause;
  }
}

function classOf(code: string): UnreachableClass | undefined {
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return 'timeout';
  }
  if (/^(ENOTFOUND|ENODATA|EAI_.*|ESERVFAIL)$/.test(code)) return 'dns';
  if (
    /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO$)/.test(
      code,
    )
  ) {
    return 'tls';
  }
  return undefined;
}
