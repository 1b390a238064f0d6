// Sends one request over and over, on so many connections, and times each. Told what
// to do by the parent's messages, answers with figures. Every answer must have status
// 200 and be byte for byte the one that was found right beforehand.
import { Client } from 'undici';

process.on('message', async work => process.send(await run(work)));
process.once('disconnect', () => process.exit());

async function run({ request, connections, seconds, expected }) {
  const { origin, pathname, search } = new URL(request.url);
  const options = {
    path: pathname + search,
    method: request.method,
    headers: request.headers,
    body: request.body,
  };
  const clients = Array.from(
    { length: connections },
    () => new Client(origin, { pipelining: 1 }),
  );
  const times = [];
  let errors = 0;
  const bytes = Buffer.from(expected);
  const begin = performance.now();
  const end = begin + seconds * 1000;
  await Promise.all(
    clients.map(async client => {
      while (performance.now() < end) {
        const sent = performance.now();
        const right = await ask(client, options, bytes);
        times.push(performance.now() - sent);
        if (!right) errors += 1;
      }
    }),
  );
  const took = performance.now() - begin;
  await Promise.all(clients.map(client => client.close()));
  return { calls: times.length, errors, took, ...percentiles(times) };
}

/** True when the answer is the expected one. */
function ask(client, options, expected) {
  return new Promise(resolve => {
    const chunks = [];
    let status;
    client.dispatch(options, {
      onRequestStart() {},
      onResponseStart(_controller, statusCode) {
        status = statusCode;
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
        resolve(status === 200 && body.equals(expected));
      },
      onResponseError() {
        resolve(false);
      },
    });
  });
}

function percentiles(times) {
  const sorted = Float64Array.from(times).sort();
  const at = share => sorted[Math.floor((sorted.length - 1) * share)];
  return { p50: at(0.5), p99: at(0.99) };
}
