#!/usr/bin/env node
import { main } from '../src/refusal.mjs';
import { stoa } from '../src/stoa.mjs';

await main(() => stoa(process.argv.slice(2)));
