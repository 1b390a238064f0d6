import { StoaError } from '@stoa/plugin-stoa-common';

/**
 * Appends the rest of a call's path to the backend's path, as it came: nothing is
 * decoded or normalised, because a backend may tell `%2F` from `/`. What some
 * backend might read as a step upwards is refused, in every spelling: dot segments,
 * percent-encoded once or more, with backslashes, or with path parameters.
 * Throws `stoa.bad_request`.
 */
export function backendPath(
  basePath: string,
  rest: string,
  query: string,
): string {
  if (/[^\x21-\x7e]|#/.test(rest + query)) {
    throw new StoaError(
      'stoa.bad_request',
      'The address has characters that must be percent-encoded.',
    );
  }
  if (rest.includes('%') || rest.includes('.') || rest.includes('\\')) {
    refuseSteps(rest);
  }
  // Some servers read a path that begins with two slashes as a host.
  const path = basePath + rest.replace(/^\/{2,}/, '/');
  return (path || '/') + query;
}

function refuseSteps(rest: string): void {
  let plain = rest;
  for (let before = ''; before !== plain; ) {
    before = plain;
    plain = plain.replace(/%(25|2e|2f|5c|00|3b)/gi, (_, hex) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
  }
  const steps = plain
    .split(/[/\\]/)
    .some(segment => /^\.{1,2}$/.test(segment.split(';', 1)[0]));
  if (steps || plain.includes('\\') || plain.includes('\0')) {
    throw new StoaError(
      'stoa.bad_request',
      'The path must not have "." or ".." segments, backslashes or NUL.',
    );
  }
}

/**
 * Where a backend's `Location` is for the caller: what lies below the backend's path
 * becomes the gateway's address; what lies elsewhere on the backend's host cannot be
 * reached and is not told (`undefined`); other hosts stay as they are.
 */
export function publicLocation(
  location: string,
  options: {
    readonly origin: string;
    readonly basePath: string;
    readonly prefix: string;
    /** Path of the request at the backend, which relative references start from. */
    readonly path: string;
  },
): string | undefined {
  const { origin, basePath, prefix, path } = options;
  const url = URL.parse(location, origin + path);
  if (!url) return undefined;
  if (url.origin !== origin) return location;
  const below =
    url.pathname === basePath || url.pathname.startsWith(`${basePath}/`);
  if (!below) return undefined;
  return prefix + url.pathname.slice(basePath.length) + url.search + url.hash;
}
