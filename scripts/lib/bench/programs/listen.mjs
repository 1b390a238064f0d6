/** Opens a server on a free port of this machine, tells the parent which, and ends with it. */
export function listen(server) {
  server.listen(0, '127.0.0.1', () => {
    process.send({ port: server.address().port });
  });
  process.once('disconnect', () => process.exit());
}

/** The whole body of a request or an answer. */
export async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}
