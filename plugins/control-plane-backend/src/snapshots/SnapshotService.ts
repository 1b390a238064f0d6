import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { maskText } from '@stoa/plugin-stoa-node';
import { checkIfMatch, etagOf } from '../apis/checks';
import { Actor, UnitOfWork } from '../database/UnitOfWork';
import { SnapshotStore } from './SnapshotStore';

/** What operators of a tenant note about its failed calls. */
export class SnapshotService {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly snapshots: SnapshotStore;
    },
  ) {}

  async get(tenantId: string, id: string): Promise<Schema<'Snapshot'>> {
    const snapshot = await this.deps.snapshots.get(tenantId, id);
    if (!snapshot) throw notFound('snapshot');
    return snapshot;
  }

  /** `ifMatch` is the ETag that was read: missing is 428, stale 412; of several at once, one wins. */
  async update(
    actor: Actor,
    tenantId: string,
    id: string,
    change: { status?: Schema<'Snapshot'>['status']; note?: string },
    ifMatch: string | undefined,
  ): Promise<Schema<'Snapshot'>> {
    const { snapshots, unitOfWork } = this.deps;
    const kept = await this.get(tenantId, id);
    checkIfMatch({ treeId: String(kept.version) }, ifMatch);
    await unitOfWork.run(actor, async tx => {
      const changed = await snapshots.update(
        tx.db,
        tenantId,
        id,
        kept.version ?? 1,
        {
          status: change.status,
          note: change.note === undefined ? undefined : noteOf(change.note),
          by: actor.principal.subject,
        },
      );
      if (!changed) {
        throw new StoaError(
          'stoa.precondition_failed',
          'It was changed since you read it. Read it again, then change it.',
        );
      }
      await tx.audit({
        tenantId,
        action: 'stoa.snapshot.update',
        resource: `snapshot:${id}`,
        outcome: 'success',
        details: {
          before: kept.status,
          status: change.status ?? kept.status,
          note_changed: change.note !== undefined,
        },
      });
    });
    return this.get(tenantId, id);
  }
}

/** People paste what they saw. */
function noteOf(text: string): string {
  return maskText(text.trim());
}

/** The ETag of a snapshot as it was read. */
export function snapshotTag(snapshot: Schema<'Snapshot'>): string {
  return etagOf({ treeId: String(snapshot.version) });
}
