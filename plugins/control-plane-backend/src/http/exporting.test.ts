import express from 'express';
import { once } from 'node:events';
import { AddressInfo } from 'node:net';
import request from 'supertest';
import { csvLine, exportReply } from './exporting';

describe('exports', () => {
  it('give a spreadsheet nothing to calculate', () => {
    for (const begin of [
      '=',
      '+',
      '-',
      '@',
      '\t',
      '\r',
      '\n',
      '＝',
      '＋',
      '－',
      '＠',
    ]) {
      const cell = csvLine([`${begin}cmd|'/c calc'!A0`]);
      expect(cell.replace(/^"/, '')).toMatch(/^'/);
    }
    expect(
      csvLine(['a "b", c', -5, true, undefined, null, { a: '=1' }, '']),
    ).toBe('"a ""b"", c",-5,true,,,"{""a"":""=1""}",\r\n');
  });

  async function* rows(count: number, read: { n: number }) {
    for (let i = 0; i < count; i += 1) {
      read.n += 1;
      if (i === 3 && count === 5) throw new Error('the database went away');
      yield Array.from({ length: 100 }, (_, j) => ({
        id: i * 100 + j,
        text: 'x'.repeat(1000),
      }));
    }
  }

  function serve(count: number, read: { n: number }, format: 'csv' | 'ndjson') {
    const app = express();
    app.get('/', async (_request, response, next) => {
      const reply = exportReply({
        format,
        name: 'rows',
        columns: ['id'],
        batches: rows(count, read),
      });
      await Promise.resolve(reply.stream!(response)).catch(next);
    });
    app.use(((_error, _request, response, next) =>
      response.headersSent
        ? next(_error)
        : response.status(500).end()) as express.ErrorRequestHandler);
    return app;
  }

  it('have the columns asked for as CSV, and whole rows as NDJSON', async () => {
    const csv = await request(serve(2, { n: 0 }, 'csv')).get('/');
    expect(csv.headers['content-disposition']).toBe(
      'attachment; filename="rows.csv"',
    );
    expect(csv.text.split('\r\n').slice(0, 3)).toEqual(['id', '0', '1']);
    const lines = await request(serve(2, { n: 0 }, 'ndjson'))
      .get('/')
      .buffer(true)
      .parse((response, done) => {
        let text = '';
        response.on('data', part => (text += part));
        response.on('end', () => done(null, text));
      });
    const parsed = (lines.body as string)
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect([parsed.length, parsed[199].id]).toEqual([200, 199]);
    expect((await request(serve(0, { n: 0 }, 'csv')).get('/')).text).toBe(
      'id\r\n',
    );
  });

  it('break off rather than end where rows cannot be read any more', async () => {
    await expect(request(serve(5, { n: 0 }, 'csv')).get('/')).rejects.toThrow(
      /aborted|socket hang up/,
    );
  });

  it('read no more than the caller takes', async () => {
    const read = { n: 0 };
    const server = serve(100_000, read, 'ndjson').listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const abort = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      signal: abort.signal,
    });
    await answer.body!.getReader().read();
    // As much as fits into the buffers on the way, of 10 GB.
    let before = -1;
    while (before !== read.n) {
      before = read.n;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    expect(read.n).toBeLessThan(1_000);
    abort.abort();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
});
