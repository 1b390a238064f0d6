// Preloaded into the servers that `npm start` starts. Their standard input is a
// pipe that it holds open: when it ends, however that came about, they stop too.
// Threads of theirs preload this as well, and have another standard input.
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.resume();
  process.stdin.unref?.();
}
