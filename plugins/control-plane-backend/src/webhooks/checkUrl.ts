import { DiallerService } from '@stoa/plugin-stoa-node';
import { isIP } from 'node:net';
import { invalid } from '../apis/checks';

/**
 * Throws `stoa.validation` on `field` for an address that can never be called for
 * the tenant. A name is judged when it is called, by what it stands for then.
 */
export async function checkUrl(
  dialler: DiallerService,
  tenantId: string,
  field: string,
  url: string,
): Promise<void> {
  const parsed = /\s/.test(url) ? undefined : URL.parse(url);
  if (
    !parsed ||
    !/^https?:$/.test(parsed.protocol) ||
    parsed.username ||
    parsed.password ||
    parsed.hash
  ) {
    throw invalid(field, 'must be an http(s) URL without user or fragment');
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  if (!isIP(host) && !/(^|\.)localhost\.?$/.test(host)) return;
  try {
    await dialler.forTenant(tenantId).checkUrl(parsed);
  } catch {
    throw invalid(field, 'must not lead to an internal address');
  }
}
