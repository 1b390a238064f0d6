// The service behind the tool: one answer, made beforehand. It costs as little as a
// service in Node can, so that it is not what is measured. It counts what it is asked.
import { createServer } from 'node:http';
import { ITEM, ITEM_PATH } from '../tool.mjs';
import { listen } from '../../programs/listen.mjs';

const body = Buffer.from(JSON.stringify(ITEM));
const headers = {
  'content-type': 'application/json',
  'content-length': body.length,
};
let requests = 0;

process.on('message', () => process.send({ requests }));

listen(
  createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    requests += 1;
    if (req.method === 'GET' && req.url === ITEM_PATH) {
      res.writeHead(200, headers).end(body);
    } else {
      res.writeHead(404).end();
    }
  }),
);
