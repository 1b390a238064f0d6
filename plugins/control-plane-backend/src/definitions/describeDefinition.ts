import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { sharedParser } from './parseDefinition';
import { ApiDescription } from './report';

/** By the hash of the definition: each gateway asks for the same. */
const known = new LRUCache<string, ApiDescription>({
  // Characters.
  maxSize: 64_000_000,
  sizeCalculation: description => JSON.stringify(description).length,
});

/** `DefinitionParser.describe` on the shared parser. */
export async function describeDefinition(
  definition: Uint8Array,
): Promise<ApiDescription> {
  const hash = createHash('sha256').update(definition).digest('hex');
  const found = known.get(hash);
  if (found) return found;
  const description = await sharedParser().describe(definition);
  if (description.operations.length > 0) known.set(hash, description);
  return description;
}
