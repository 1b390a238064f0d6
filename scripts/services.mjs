// `yarn services up|down|status|run kafka`: real servers for tests, without Docker.
// See CONTRIBUTING.md.
import { main } from '../packages/cli/src/refusal.mjs';
import { services } from './lib/services/main.mjs';

await main(services);
