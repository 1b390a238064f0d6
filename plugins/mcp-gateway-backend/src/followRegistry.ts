import { Followed, LookupCache } from '@stoa/plugin-stoa-node';
import { KeyFacts, PersonFacts } from './access/facts';
import { Registry } from './registry/Registry';

const SUBJECT = 'subject:';

/** Keeps what is served, and what is known of keys and people, in step with the control plane. */
export function followRegistry(options: {
  registry: Registry;
  keys: LookupCache<KeyFacts>;
  people: LookupCache<PersonFacts>;
}): Followed {
  const { registry, keys, people } = options;
  const doubtAll = () => {
    keys.doubtAll();
    people.doubtAll();
  };
  return {
    onReset: () => registry.beginReset(),
    onItem(item) {
      if (item.kind === 'key') keys.forget(item.key);
      // Of the keys and subscriptions to its servers nobody here has a list.
      else if (item.kind === 'tenant') doubtAll();
      else if (item.kind !== 'subscription') registry.apply(item);
      else if (item.key.startsWith(SUBJECT)) {
        people.forget(item.key.slice(SUBJECT.length));
      }
    },
    onSynced: () => registry.endReset(),
    onGap: doubtAll,
  };
}
