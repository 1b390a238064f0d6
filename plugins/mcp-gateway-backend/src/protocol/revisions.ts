/** Revisions with `initialize`, newest first. */
export const LEGACY_REVISIONS = [
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
] as const;

/** Revisions in which every request stands for itself. */
export const MODERN_REVISIONS = ['2026-07-28'] as const;

export const SUPPORTED_REVISIONS: readonly string[] = [
  ...MODERN_REVISIONS,
  ...LEGACY_REVISIONS,
];

/** The only revision in which a body may hold several messages. */
export const BATCH_REVISION = '2025-03-26';

/** What a request without a version header speaks (2025-06-18, Protocol Version Header). */
export const ASSUMED_REVISION = '2025-03-26';

export function isModern(revision: string): boolean {
  return MODERN_REVISIONS.some(known => known === revision);
}

export function isLegacy(revision: string): boolean {
  return LEGACY_REVISIONS.some(known => known === revision);
}
