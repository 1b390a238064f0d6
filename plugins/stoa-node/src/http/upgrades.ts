import type { IncomingMessage, Server } from 'node:http';
import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { readCall } from './call';
import { HotPathRegistry, Upgrade } from './HotPath';

type Serve = (
  req: IncomingMessage,
  res: ServerResponse,
  upgrade?: Upgrade,
) => void;

/**
 * Hands upgrades to WebSocket to those of the hot path that take them, and leaves the
 * others to whoever listens on the server. What nobody takes is served as a request
 * that offered one (RFC 9110 §7.8), so that none is left hanging.
 */
export function serveUpgrades(
  server: Server,
  hotPath: HotPathRegistry,
  serve: Serve,
): void {
  const takerOf = (req: IncomingMessage): 'hotPath' | 'other' | undefined => {
    if (req.headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
    const call = readCall(req);
    const mount = hotPath.match(call.path);
    if (mount) return mount.upgrades?.(req, call) ? 'hotPath' : undefined;
    // One of them is ours.
    return server.listenerCount('upgrade') > 1 ? 'other' : undefined;
  };
  server.on('upgrade', (req, socket, head) => {
    const taker = takerOf(req);
    if (taker === 'other') return;
    const res = responseOn(req, socket as Socket);
    if (res) serve(req, res, taker && { socket: socket as Socket, head });
  });
  // Where Node has it, what nobody takes stays on its connection.
  Object.assign(server, {
    shouldUpgradeCallback: (req: IncomingMessage) => takerOf(req) !== undefined,
  });
}

/**
 * An answer on a connection that Node has given up; it ends with it, unless it changes
 * the protocol. Nothing, and no connection either, where an answer to a request before
 * is still being made: nobody may ask further before an upgrade is decided on.
 */
function responseOn(
  req: IncomingMessage,
  socket: Socket,
): ServerResponse | undefined {
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  socket.on('error', () => socket.destroy());
  res.once('finish', () => {
    if (res.statusCode !== 101) socket.end();
  });
  try {
    res.assignSocket(socket);
  } catch {
    socket.destroy();
    return undefined;
  }
  return res;
}
