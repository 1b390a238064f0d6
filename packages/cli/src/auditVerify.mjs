import { openPlatform } from './Platform.mjs';

/** The chain of what is about no tenant. */
const PLATFORM = 'platform';

/** `stoa audit verify`: walks the chains of audit entries. Exits with 1 when one is broken. */
export async function auditVerify(args) {
  const { platform, positionals } = await openPlatform(args, {}, true);
  const ids =
    positionals.length > 0
      ? positionals
      : [PLATFORM, ...(await tenantIds(platform))];
  let broken = 0;
  for (const id of ids) {
    const report = await platform.get(
      `/v1/tenants/${encodeURIComponent(id)}/audit/verify`,
    );
    if (!report.ok) broken += 1;
    process.stdout.write(`${lineOf(id, report)}\n`);
  }
  return broken === 0 ? 0 : 1;
}

async function tenantIds(platform) {
  const ids = [];
  let cursor;
  do {
    const more = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page = await platform.get(`/v1/tenants?limit=100${more}`);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor);
  return ids;
}

function lineOf(id, { ok, entries, head, broken_at: at, reason }) {
  return ok
    ? `${id}: ok, ${entries} entries, head ${head}`
    : `${id}: broken, entry ${at} is ${reason}`;
}
