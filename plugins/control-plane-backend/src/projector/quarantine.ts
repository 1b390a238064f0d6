import { Tx } from '../database/UnitOfWork';
import { now } from '../database/values';

/** Keeps why content from Git was not taken; the rows stay as they were. */
export async function quarantine(
  tx: Tx,
  tenantId: string,
  path: string,
  commit: string,
  reason: string,
): Promise<void> {
  // It may quote what was written, of which PostgreSQL takes no NUL.
  const words = reason.replaceAll('\0', '').slice(0, 2000);
  const row = { commit, reason: words, created_at: now() };
  await tx
    .db('quarantine')
    .insert({
      tenant_id: tenantId.slice(0, 255),
      path: path.slice(0, 512),
      ...row,
    })
    .onConflict(['tenant_id', 'path'])
    .merge(row);
}

/** The content is good again. */
export async function release(
  tx: Tx,
  tenantId: string,
  path: string,
): Promise<void> {
  await tx.db('quarantine').where({ tenant_id: tenantId, path }).del();
}
