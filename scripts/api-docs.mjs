// Writes docs/api.md from the control plane's contract and the list of error codes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiDocs } from './lib/apiDocs.mjs';
import { root } from './lib/paths.mjs';

writeFileSync(join(root, 'docs/api.md'), await apiDocs());
