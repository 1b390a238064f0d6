export const GATEWAY_PREFIX = '/gateway';

/** Splits `/gateway/{environment}/{tenant}/{api}/{version}{rest}`; `rest` is empty or begins with `/`. */
export function splitPath(
  path: string,
): { readonly key: string; readonly rest: string } | undefined {
  const start = GATEWAY_PREFIX.length + 1;
  let end = start - 1;
  for (let segment = 0; segment < 4; segment++) {
    if (end < 0) return undefined;
    end = path.indexOf('/', end + 1);
  }
  const key = end < 0 ? path.slice(start) : path.slice(start, end);
  return { key, rest: end < 0 ? '' : path.slice(end) };
}
