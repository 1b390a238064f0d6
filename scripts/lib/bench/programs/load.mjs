// Sends requests one after the other, again and again, on so many connections, and
// times each. Told what to do by the parent's messages, answers with figures. Every
// answer must have status 200 and be what its request says.
import { Client } from 'undici';

process.on('message', async work => process.send(await run(work)));
process.once('disconnect', () => process.exit());

async function run({ requests, connections, seconds }) {
  const { origin } = new URL(requests[0].url);
  const prepared = requests.map(prepare);
  const clients = Array.from(
    { length: connections },
    () => new Client(origin, { pipelining: 1 }),
  );
  const times = [];
  let errors = 0;
  const begin = performance.now();
  const end = begin + seconds * 1000;
  await Promise.all(
    clients.map(async client => {
      while (performance.now() < end) {
        const sent = performance.now();
        const right = await ask(
          client,
          prepared[times.length % prepared.length],
        );
        times.push(performance.now() - sent);
        if (!right) errors += 1;
      }
    }),
  );
  const took = performance.now() - begin;
  await Promise.all(clients.map(client => client.close()));
  return { calls: times.length, errors, took, ...percentiles(times) };
}

function prepare({ url, method, headers, body, expected, contains }) {
  const { pathname, search } = new URL(url);
  const bytes = Buffer.from(expected ?? contains);
  return {
    options: { path: pathname + search, method, headers, body },
    isRight: expected
      ? answer => answer.equals(bytes)
      : answer => answer.includes(bytes),
  };
}

/** True when the answer is the expected one. */
function ask(client, { options, isRight }) {
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
        resolve(status === 200 && isRight(body));
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
