import { StoaEvent } from '@stoa/plugin-stoa-common';
import { Actor, Tx, UnitOfWork, systemActor } from '../database/UnitOfWork';
import { now } from '../database/values';

/**
 * Makes a consumer's effect happen once: the event id is recorded in the same
 * transaction as the effect, and a second delivery finds it there.
 */
export async function once(
  unitOfWork: UnitOfWork,
  group: string,
  event: StoaEvent,
  effect: (tx: Tx) => Promise<void>,
  actor: Actor = systemActor(group, event.correlation_id),
): Promise<void> {
  await unitOfWork.run(actor, async tx => {
    const inserted = await tx
      .db('inbox')
      .insert({
        consumer_group: group,
        event_id: event.event_id,
        created_at: now(),
      })
      .onConflict(['consumer_group', 'event_id'])
      .ignore()
      .returning('event_id');
    if (inserted.length > 0) await effect(tx);
  });
}
