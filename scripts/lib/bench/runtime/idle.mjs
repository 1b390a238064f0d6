import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';

const CONNECTIONS = 2_000;
const SETTLE_MS = 2_000;

/**
 * Resident memory of a server for each connection that has been used once and is kept open.
 *
 * @returns {Promise<number>} KiB
 */
export async function memoryPerConnection({ pid, url, path, key }) {
  const { hostname, port, host } = new URL(url);
  const head = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX-API-Key: ${key}\r\n\r\n`;
  const open = async count => {
    const sockets = [];
    for (let i = 0; i < count; i += 1) {
      const socket = connect(Number(port), hostname);
      socket.write(head);
      await once(socket, 'data');
      sockets.push(socket);
    }
    return sockets;
  };
  // What the first calls allocate is no connection's.
  const first = await open(100);
  await new Promise(resolve => setTimeout(resolve, SETTLE_MS));
  const before = residentKiB(pid);
  const sockets = await open(CONNECTIONS);
  await new Promise(resolve => setTimeout(resolve, SETTLE_MS));
  const after = residentKiB(pid);
  for (const socket of [...first, ...sockets]) socket.destroy();
  return (after - before) / CONNECTIONS;
}

function residentKiB(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]);
}
