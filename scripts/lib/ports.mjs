import { connect, createServer } from 'node:net';

const LOOPBACK = ['127.0.0.1', '::1'];

/** True when a server can be opened on the port and nothing answers there on either loopback address. */
export async function isFree(port) {
  const busy = await Promise.all(LOOPBACK.map(host => answers(host, port)));
  return !busy.includes(true) && (await opens(port)) !== undefined;
}

/** A port that nobody uses at this moment. */
export function freePort() {
  return opens(0);
}

function opens(port) {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: opened } = server.address();
      server.close(() => resolve(opened));
    });
  });
}

function answers(host, port) {
  return new Promise(resolve => {
    const socket = connect({ host, port });
    const end = answer => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
