import { StoaError } from '@stoa/plugin-stoa-common';
import { Dialler } from '@stoa/plugin-stoa-node';
import { MAX_DEFINITION_BYTES } from '../definitions';
import { invalid } from './checks';

const TIMEOUT_MS = 30_000;

/**
 * A document from an address that somebody gave, as its bytes. Throws
 * `stoa.validation` on `url` for one that the platform may not call, that answers
 * something else, or too much, or too late.
 */
export async function fetchDefinition(
  dialler: Dialler,
  url: string,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Buffer> {
  try {
    const answer = await dialler.fetch(url, {
      headers: {
        Accept: 'application/yaml, application/json, text/yaml, */*;q=0.5',
        // Nothing to unpack: a small answer could become a large one.
        'Accept-Encoding': 'identity',
        'User-Agent': 'STOA-Import/1.0',
      },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (answer.status === 200) return await wholeOf(answer.body);
    await answer.body?.cancel();
    throw invalid(
      'url',
      answer.status >= 300 && answer.status < 400
        ? 'must lead to the document itself, not to another address'
        : `answers ${answer.status} in place of a document`,
    );
  } catch (error) {
    if (error instanceof StoaError && error.code === 'stoa.validation')
      throw error;
    throw invalid('url', `cannot be read: ${reasonOf(error)}`);
  }
}

async function wholeOf(
  body: Awaited<ReturnType<Dialler['fetch']>>['body'],
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_DEFINITION_BYTES) {
      throw invalid(
        'url',
        `answers with more than ${MAX_DEFINITION_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** As coarse as the dialler says it; nothing of what was found at the other end. */
function reasonOf(error: unknown): string {
  if (error instanceof StoaError) return error.message;
  return (error as Error).name === 'TimeoutError'
    ? 'The backend did not answer in time.'
    : 'The backend cannot be reached: no connection could be made.';
}
