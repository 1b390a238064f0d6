import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { root } from '../paths.mjs';
import { TRANSFORM } from '../serve.mjs';
import { githubOpenapi } from '../test/githubOpenapi.mjs';
import { median } from './median.mjs';

/** How long GitHub's description takes to become tools, and whether that holds up anybody else. */
export async function compileFigures(rounds) {
  const bytes = readFileSync(await githubOpenapi());
  const require = createRequire(import.meta.url);
  require(TRANSFORM);
  const { DefinitionParser } = require(join(
    root,
    'plugins/control-plane-backend/src/definitions/index.ts',
  ));
  const cold = [];
  const warm = [];
  const delays = [];
  let tools = 0;
  for (let round = 0; round < rounds; round++) {
    const parser = new DefinitionParser();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const timed = async () => {
      const begin = performance.now();
      ({
        tools: { length: tools },
      } = await parser.compile(bytes, {}));
      return performance.now() - begin;
    };
    delay.enable();
    cold.push(await timed());
    warm.push(await timed());
    delay.disable();
    delays.push(delay.max / 1e6);
    parser.close();
  }
  return {
    'tools of the GitHub description': tools,
    'compiled in a new process, ms': Math.round(median(cold)),
    'compiled in a process that runs, ms': Math.round(median(warm)),
    'longest wait of the main thread, ms': Math.round(median(delays)),
  };
}
