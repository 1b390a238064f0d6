// `npm test [-- --only format,lint,types,scripts,jest,browser,readme,logs]`
import { main } from './lib/refusal.mjs';
import { test } from './lib/test/main.mjs';

await main(test);
