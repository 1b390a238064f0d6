import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  Entity,
  entityEnvelopeSchemaValidator,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { FeedItem } from '@stoa/plugin-stoa-node';

/** Kinds that may come from the control plane. A Location would make the catalog fetch what it names. */
const KINDS = new Set([
  'API',
  'Component',
  'System',
  'Resource',
  'User',
  'Group',
]);

/** Keys that the catalog's placeholder processor replaces by what they name, read with the platform's credentials. */
const PLACEHOLDERS = new Set([
  '$text',
  '$json',
  '$yaml',
  '$openapi',
  '$asyncapi',
]);

const ORIGIN = 'stoa:control-plane';
const validateEnvelope = entityEnvelopeSchemaValidator();

/**
 * Reads the entity of a feed item. Only the four fields of a descriptor are kept,
 * and where it comes from is written by us. Throws when it is no entity that may
 * enter the catalog.
 */
export function readEntity({ key, value }: FeedItem): Entity {
  const { kind, metadata, spec, apiVersion } = validateEnvelope(
    value,
  ) as Entity;
  if (!KINDS.has(kind)) throw new Error(`kind ${kind} is not allowed`);
  const entity: Entity = {
    apiVersion,
    kind,
    metadata: {
      ...metadata,
      annotations: {
        ...metadata.annotations,
        [ANNOTATION_LOCATION]: ORIGIN,
        [ANNOTATION_ORIGIN_LOCATION]: ORIGIN,
      },
    },
    ...(spec && { spec }),
  };
  if (stringifyEntityRef(entity) !== key.toLocaleLowerCase('en-US')) {
    throw new Error('it is not the entity that its key names');
  }
  refusePlaceholders(entity);
  return entity;
}

function refusePlaceholders(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (PLACEHOLDERS.has(key)) throw new Error(`${key} is not allowed`);
    refusePlaceholders(inner);
  }
}
