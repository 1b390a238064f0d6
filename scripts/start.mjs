// `npm start`: see README.md. This file and what it imports run on any Node
// from 18.15 on, before anything is installed, so they use Node's own modules only.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 18 || (major === 18 && minor < 15)) {
  process.stderr.write(
    `stoa: Node ${process.versions.node} is too old: 18.15 or newer is needed to start (a fitting one is then fetched)\n`,
  );
  process.exitCode = 1;
} else {
  const { main } = await import('../packages/cli/src/refusal.mjs');
  const { start } = await import('./lib/start.mjs');
  await main(start);
}
