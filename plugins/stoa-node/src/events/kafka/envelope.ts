import { StoaEvent } from '@stoa/plugin-stoa-common';
import { Message } from '../EventBus';
import { Outgoing } from './KafkaProducer';

/** An event as it lies in a topic: a tenant's events in one partition, so in order. */
export function toRecord(
  topic: string,
  { event, traceparent }: Pick<Message, 'event' | 'traceparent'>,
): Outgoing {
  return {
    topic,
    key: event.tenant_id,
    value: JSON.stringify(event),
    headers: {
      event_id: event.event_id,
      event_type: event.event_type,
      correlation_id: event.correlation_id,
      ...(traceparent && { traceparent }),
    },
  };
}

/** @throws Error unless it is an event */
export function toEvent(value: Buffer | null): StoaEvent {
  let event: Partial<StoaEvent> | null;
  try {
    event = JSON.parse((value ?? Buffer.alloc(0)).toString('utf8'));
  } catch {
    throw new Error('It is not JSON.');
  }
  for (const field of ['event_id', 'event_type', 'tenant_id'] as const) {
    if (typeof event?.[field] !== 'string')
      throw new Error(`It is no event: ${field} is not a text.`);
  }
  if (typeof event?.payload !== 'object' || event.payload === null)
    throw new Error('It is no event: payload is not an object.');
  return event as StoaEvent;
}
