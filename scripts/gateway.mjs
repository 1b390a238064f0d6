// `npm run gateway -- [--port 7008] [--data-dir DIR]`: the gateways alone, in a process
// of their own, beside the platform that runs on the data directory.
import { main } from '../packages/cli/src/refusal.mjs';
import { gateway } from './lib/gateway.mjs';

await main(gateway);
