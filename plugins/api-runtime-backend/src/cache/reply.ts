import fresh from 'fresh';
import type { IncomingHttpHeaders } from 'node:http';
import { StoredAnswer } from './ResponseCache';
import { notModifiedFields, valuesOf } from './storedFields';

/** What a caller is answered from the cache. */
export interface CachedReply {
  readonly status: number;
  readonly fields: readonly string[];
  readonly body: Buffer;
}

/** The answer that is kept, with its age; 304 for a caller who has it already (RFC 9111 §4, §4.3.2). */
export function replyOf(
  stored: StoredAnswer,
  asked: IncomingHttpHeaders,
): CachedReply {
  const { status, body, bornAt } = stored;
  const age = Math.max(0, Math.floor((Date.now() - bornAt) / 1_000));
  const fields = [...stored.fields, 'age', String(age)];
  const has = status === 200 && fresh(asked, validatorsOf(stored));
  return has
    ? {
        status: 304,
        fields: notModifiedFields(fields),
        body: Buffer.alloc(0),
      }
    : { status, fields, body };
}

function validatorsOf({ fields }: StoredAnswer) {
  const [etag] = valuesOf(fields, 'etag');
  const [modified] = valuesOf(fields, 'last-modified');
  return { etag, 'last-modified': modified };
}
