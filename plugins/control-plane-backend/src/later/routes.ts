import { StoaError } from '@stoa/plugin-stoa-common';
import { route, Routes } from '../http/route';

/** Whoever may do it is told that it cannot be done yet, and what to do meanwhile. */
function notYet(what: string): () => never {
  return () => {
    throw new StoaError('stoa.not_implemented', what);
  };
}

const platform = { resource: () => ({}) };

const EXPLAIN =
  'This version cannot explain decisions yet. A refusal names its rule and what is missing.';
const DRIFT =
  'This version does not compare Git, tables and gateways on demand yet. What is in Git is projected at every start.';
const GITLAB =
  'This version does not take events of GitLab yet. Its repository is the embedded one.';
const PROXY =
  'This version does not manage a webMethods gateway yet. Use the embedded gateway.';
const KEYS =
  'This version does not hand out lists of keys. Gateways ask about one key at a time.';
const GRANTS =
  'This version keeps no grants for services behind tools yet. Give such servers a secret of their own.';

/** Operations of the contract whose time has not come. They are authorised as they will be. */
export const laterRoutes: Routes = {
  ...route('explainDecision', {
    resourceOfBody: body => ({ tenantId: body.tenant_id }),
    handler: notYet(EXPLAIN),
  }),
  ...route('listPolicyLimits', { ...platform, handler: notYet(EXPLAIN) }),
  ...route('getDrift', { ...platform, handler: notYet(DRIFT) }),
  ...route('reconcileDrift', { ...platform, handler: notYet(DRIFT) }),
  ...route('adoptDrift', { ...platform, handler: notYet(DRIFT) }),
  ...route('receiveGitLabEvent', { ...platform, handler: notYet(GITLAB) }),
  ...route('proxyGateway', { ...platform, handler: notYet(PROXY) }),
  ...route('listGatewayKeys', { ...platform, handler: notYet(KEYS) }),
  ...route('getGatewayGrant', { ...platform, handler: notYet(GRANTS) }),
  ...route('putGatewayGrant', { ...platform, handler: notYet(GRANTS) }),
  ...route('deleteGatewayGrant', { ...platform, handler: notYet(GRANTS) }),
};
