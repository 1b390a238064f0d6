import { createHash, createHmac, randomBytes } from 'node:crypto';
import { Knex } from 'knex';
import { AuditMessage } from '../database/UnitOfWork';
import { iso } from '../database/values';

/** The hash before the first entry of every chain. */
export const GENESIS = '0'.repeat(64);

/** The columns that an entry's hash covers, in this order. */
const HASHED = [
  'tenant_id',
  'seq',
  'event_id',
  'at',
  'actor',
  'action',
  'resource',
  'outcome',
  'count',
  'details',
  'correlation_id',
  'address',
  'prev_hash',
] as const;

type Entry = Record<(typeof HASHED)[number], unknown>;

/** SHA-256 over an entry's columns as a JSON array; changing, cutting or moving an entry breaks every later one. */
export function entryHash(entry: Entry): string {
  // The drivers read times and large numbers differently; the hash does not.
  const plain: Entry = {
    ...entry,
    at: iso(entry.at as string),
    seq: Number(entry.seq),
  };
  const values = HASHED.map(column => plain[column]);
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

/**
 * Appends to a tenant's chain. Runs on the relay, which holds the tenant's
 * lease, so that a chain has one writer; a second delivery of `eventId` does
 * nothing.
 */
export async function appendAudit(
  knex: Knex,
  eventId: string,
  message: AuditMessage,
): Promise<void> {
  await knex.transaction(async trx => {
    const seen = await trx('audit_log')
      .where({ tenant_id: message.tenantId, event_id: eventId })
      .first('seq');
    if (seen) return;
    const last = await trx('audit_log')
      .where({ tenant_id: message.tenantId })
      .orderBy('seq', 'desc')
      .first('seq', 'hash');
    const entry = {
      tenant_id: message.tenantId,
      seq: last ? Number(last.seq) + 1 : 1,
      event_id: eventId,
      at: message.at,
      actor: await pseudonym(trx, message.subject),
      action: message.action,
      resource: message.resource,
      outcome: message.outcome,
      count: message.count ?? 1,
      details: JSON.stringify({
        ...message.details,
        ...(message.person !== undefined && {
          person: await pseudonym(trx, message.person),
        }),
      }),
      correlation_id: message.correlationId,
      address: message.address,
      prev_hash: last?.hash ?? GENESIS,
    };
    await trx('audit_log').insert({ ...entry, hash: entryHash(entry) });
  });
}

/**
 * The name under which the chain knows a person: an HMAC with a key of their
 * own. Erasing the key erases the person, and the chain still verifies. The
 * platform's own actors keep their names, and who was erased has none.
 */
async function pseudonym(
  trx: Knex.Transaction,
  subject: string,
): Promise<string> {
  if (/^(system|plugin|git|erased):/.test(subject)) return subject.slice(0, 64);
  const known = await trx('person_keys').where({ subject }).first('pseudonym');
  if (known) return known.pseudonym;
  const key = randomBytes(32).toString('hex');
  const value = createHmac('sha256', key).update(subject).digest('hex');
  await trx('person_keys')
    .insert({ subject, key, pseudonym: value })
    .onConflict('subject')
    .ignore();
  const row = await trx('person_keys').where({ subject }).first('pseudonym');
  return row.pseudonym;
}

/** What a walk along a chain found. */
export type ChainReport =
  | { readonly ok: true; readonly entries: number; readonly head: string }
  | {
      readonly ok: false;
      /** Those before the first that does not fit. */
      readonly entries: number;
      readonly head: string;
      /** Where the first that does not fit is, or should be. */
      readonly brokenAt: number;
      readonly reason: 'missing' | 'moved' | 'changed';
    };

/**
 * Walks a tenant's chain from its beginning, some entries in memory at a time.
 * Answers the first entry that is missing, that does not follow the one before
 * it (`moved`), or whose columns are not what was hashed (`changed`).
 */
export async function verifyChain(
  knex: Knex,
  tenantId: string,
): Promise<ChainReport> {
  let head = GENESIS;
  let seq = 0;
  for (;;) {
    const rows = await knex('audit_log')
      .where({ tenant_id: tenantId })
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(1000);
    if (rows.length === 0) return { ok: true, entries: seq, head };
    for (const row of rows) {
      const reason = faultOf(row, seq + 1, head);
      if (reason)
        return { ok: false, entries: seq, head, brokenAt: seq + 1, reason };
      head = row.hash;
      seq += 1;
    }
  }
}

function faultOf(
  row: Entry & { hash: string },
  seq: number,
  previous: string,
): 'missing' | 'moved' | 'changed' | undefined {
  if (Number(row.seq) !== seq) return 'missing';
  if (row.prev_hash !== previous) return 'moved';
  return row.hash === entryHash(row) ? undefined : 'changed';
}
