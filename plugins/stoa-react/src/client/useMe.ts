import { Schema } from '@stoa/plugin-stoa-common';
import { unwrap } from './Problem';
import { Loaded, useLoad } from './useLoad';
import { useStoaClient } from './useStoaClient';

export type Me = Schema<'Me'>;
export type MyTenant = Me['tenants'][number];

/** A few parts of one screen ask at once; they share the answer for this long. */
const SHARED_MS = 5_000;
const shared = new WeakMap<object, { at: number; me: Promise<Me> }>();

/** Who is signed in, their tenants, and what they may do there. */
export function useMe(): Loaded<Me> {
  const client = useStoaClient();
  return useLoad('me', async () => {
    const known = shared.get(client);
    if (known && Date.now() - known.at < SHARED_MS) return known.me;
    const me = unwrap(client.GET('/v1/me'));
    shared.set(client, { at: Date.now(), me });
    me.catch(() => shared.delete(client));
    return me;
  });
}
