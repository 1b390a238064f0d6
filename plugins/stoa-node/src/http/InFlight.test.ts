import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { InFlight } from './InFlight';

describe('InFlight', () => {
  const held: Array<() => void> = [];
  let server: Server;
  let inFlight: InFlight;

  beforeEach(async () => {
    inFlight = new InFlight();
    server = createServer((req, res) => {
      inFlight.add(res);
      if (req.url === '/stream')
        res.setHeader('content-type', 'text/event-stream');
      if (req.url?.endsWith('/events')) res.statusCode = 202;
      res.flushHeaders();
      held.push(() => res.end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const ask = (path: string) => {
    const { port } = server.address() as AddressInfo;
    return fetch(`http://127.0.0.1:${port}${path}`);
  };

  it('waits for answers, not for streams and polls of the event bus', async () => {
    await ask('/stream');
    await ask('/api/events/bus/v1/subscriptions/catalog.catalog/events?x=1');
    await inFlight.settled(60_000);

    await ask('/slow');
    let settled = false;
    const waiting = inFlight.settled(60_000).then(() => {
      settled = true;
    });
    await ask('/stream');
    expect(settled).toBe(false);
    held[2]();
    await waiting;
  });

  it('gives up after the time it was given', async () => {
    await ask('/slow');
    await inFlight.settled(20);
  });
});
