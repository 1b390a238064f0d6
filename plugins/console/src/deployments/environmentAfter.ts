/** The way of a version to its callers. */
const ORDER: readonly string[] = ['dev', 'staging', 'production'];

/** Where a version goes next, of the environments that its API has. */
export function environmentAfter(
  environment: string,
  has: readonly string[],
): string | undefined {
  return ORDER.slice(ORDER.indexOf(environment) + 1).find(name =>
    has.includes(name),
  );
}
