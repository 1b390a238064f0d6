// The reference: the least that a gateway in Node can do. It takes the same requests
// as the gateways, asks the service the same thing, and passes the answer on without
// looking at either.
import { createServer } from 'node:http';
import { Agent } from 'undici';
import { ITEM_PATH } from '../tool.mjs';
import { listen, readAll } from '../../programs/listen.mjs';

const origin = process.argv[2];
const agent = new Agent({ connections: 250 });

listen(
  createServer({ keepAliveTimeout: 60_000 }, async (req, res) => {
    await readAll(req);
    const answer = await agent.request({
      origin,
      path: ITEM_PATH,
      method: 'GET',
      headers: { accept: 'application/json' },
    });
    const body = await readAll(answer.body);
    res.writeHead(answer.statusCode, {
      'content-type': answer.headers['content-type'],
      'content-length': body.length,
    });
    res.end(body);
  }),
);
