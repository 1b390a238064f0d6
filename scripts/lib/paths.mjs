import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, absolute, without a trailing slash. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(
  /[/\\]$/,
  '',
);

/** Everything these scripts fetch or remember; ignored by Git, safe to delete. */
export const tools = join(root, '.tools');
