// `yarn test:services`: what is tested on real servers, which it fetches, see `services.mjs`.
import { main } from '../packages/cli/src/refusal.mjs';
import { test } from './lib/test/main.mjs';
import { SERVICE_STAGES } from './lib/test/stages.mjs';

await main(() => test(SERVICE_STAGES));
