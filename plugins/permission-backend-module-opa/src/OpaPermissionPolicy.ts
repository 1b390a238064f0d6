import {
  BackstageUserInfo,
  LoggerService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  AuthorizeResult,
  isResourcePermission,
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import {
  Decision,
  FINE_SCOPES,
  IS_IN_TENANTS,
  Principal,
} from '@stoa/plugin-stoa-common';
import {
  grantsFromOwnershipRefs,
  PolicyEngine,
  policyInput,
} from '@stoa/plugin-stoa-node';

const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

/**
 * Turns every permission into a question to the policy engine. Backstage asks
 * without a resource, so the answer is about lists: `all` allows, `tenants`
 * becomes the one condition of the catalog, and for permissions that have no
 * resource it means that there is a tenant in which the action is allowed.
 * Anonymous is nobody, and whatever fails is a refusal.
 */
export class OpaPermissionPolicy implements PermissionPolicy {
  readonly #engine: PolicyEngine;
  readonly #userInfo: UserInfoService;
  readonly #logger: LoggerService;

  constructor(options: {
    readonly engine: PolicyEngine;
    readonly userInfo: UserInfoService;
    readonly logger: LoggerService;
  }) {
    this.#engine = options.engine;
    this.#userInfo = options.userInfo;
    this.#logger = options.logger;
  }

  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    if (!user) return DENY;
    try {
      const info = await this.#userInfo.getUserInfo(user.credentials);
      const decision = await this.#engine.decide(
        policyInput(principalOf(info), permission.name),
      );
      return toPolicyDecision(decision, permission, info.userEntityRef);
    } catch (error) {
      this.#logger.error(
        `Refusing '${permission.name}': ${stringifyError(error)}`,
      );
      return DENY;
    }
  }
}

/** A session of the web interface carries every scope; what limits it are its roles. */
function principalOf(info: BackstageUserInfo): Principal {
  return {
    subject: info.userEntityRef,
    kind: 'user',
    ...grantsFromOwnershipRefs(info.ownershipEntityRefs),
    scopes: FINE_SCOPES,
  };
}

function toPolicyDecision(
  decision: Decision,
  permission: Permission,
  self: string,
): PolicyDecision {
  if (!decision.allow) return DENY;
  const { filter } = decision;
  if (!isResourcePermission(permission) || !filter || filter === 'all') {
    return ALLOW;
  }
  // Only entities of the catalog know of tenants here: no other resource can be
  // told which ones to show.
  if (
    filter === 'own' ||
    !isResourcePermission(permission, IS_IN_TENANTS.resourceType)
  ) {
    return DENY;
  }
  return {
    result: AuthorizeResult.CONDITIONAL,
    pluginId: IS_IN_TENANTS.pluginId,
    resourceType: IS_IN_TENANTS.resourceType,
    conditions: {
      rule: IS_IN_TENANTS.name,
      resourceType: IS_IN_TENANTS.resourceType,
      params: { tenants: [...filter.tenants], self },
    },
  };
}
