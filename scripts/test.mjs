// `npm test [-- --only format,lint,types,scripts,jest,browser,readme,logs]`
import { main } from '../packages/cli/src/refusal.mjs';
import { test } from './lib/test/main.mjs';
import { STAGES } from './lib/test/stages.mjs';

await main(() => test(STAGES));
