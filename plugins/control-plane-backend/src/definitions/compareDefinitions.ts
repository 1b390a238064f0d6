import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { sharedParser } from './parseDefinition';
import { DefinitionDiff } from './report';

/** By the hashes of both: what changed between two documents never changes. */
const known = new LRUCache<string, DefinitionDiff>({
  // Characters.
  maxSize: 20_000_000,
  sizeCalculation: diff => JSON.stringify(diff).length,
});

/** `DefinitionParser.compare` on the shared parser. */
export async function compareDefinitions(
  definition: Uint8Array,
  later: Uint8Array,
): Promise<DefinitionDiff> {
  const key = [definition, later]
    .map(bytes => createHash('sha256').update(bytes).digest('hex'))
    .join();
  const found =
    known.get(key) ?? (await sharedParser().compare(definition, later));
  known.set(key, found);
  return found;
}
