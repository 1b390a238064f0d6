import { Schema, StoaEvent, TenantRole } from '@stoa/plugin-stoa-common';
import { Notice, NoticeKind } from './Notice';

/** How a deployment ends that somebody waits for. */
const ENDED: Readonly<Record<string, NoticeKind>> = {
  success: 'deployment-finished',
  failed: 'deployment-failed',
};

/** What the subscriber is told of; the rest they did themselves. */
const TOLD: ReadonlySet<string> = new Set<NoticeKind>([
  'subscription-approved',
  'subscription-rejected',
  'subscription-suspended',
  'subscription-reactivated',
  'subscription-revoked',
  'subscription-expired',
  'subscription-expiring',
]);

const DECIDING: readonly TenantRole[] = ['tenant-admin'];
const DEPLOYING: readonly TenantRole[] = ['tenant-admin', 'devops'];

/** What an alert's event carries beside the alert: whom its rule tells. */
type AlertPayload = Schema<'Alert'> & {
  readonly target: Schema<'AlertRule'>['target'];
};

/** What people are to be told of an event, if anything. */
export function noticeOf(event: StoaEvent): Notice | undefined {
  const { event_type: type, tenant_id: tenantId } = event;
  if (type === 'alert-raised' || type === 'alert-cleared')
    return alertNotice(type, event as unknown as StoaEvent<AlertPayload>);
  const payload = event.payload as Record<string, string | undefined>;
  const about = {
    api: payload.api_id,
    server: payload.server,
    tool: payload.tool,
    version: payload.version,
    environment: payload.environment,
  };
  const base = { topic: type, tenantId, values: about };
  const approvals = {
    ...base,
    audience: { roles: DECIDING },
    link: `/console/${tenantId}/approvals`,
  };
  const deployment = {
    ...base,
    link: `/console/${tenantId}/deployments/${payload.deployment_id}`,
  };
  if (type === 'subscription-created') {
    return payload.status === 'pending'
      ? { ...approvals, kind: 'subscription-asked' }
      : undefined;
  }
  if (type === 'subscription-tools-requested')
    return { ...approvals, kind: 'subscription-tools-asked' };
  if (type === 'tool-approval-requested')
    return { ...approvals, kind: 'tool-call-asked' };
  if (type === 'tool-approval-decided') {
    return {
      ...base,
      kind:
        payload.status === 'approved'
          ? 'tool-call-approved'
          : 'tool-call-denied',
      audience: { people: [payload.requested_by ?? ''] },
      link: '/portal/tools',
      values: { ...about, reason: payload.reason },
    };
  }
  if (type === 'deployment-approval-requested') {
    return {
      ...deployment,
      kind: 'deployment-waits',
      audience: { roles: DEPLOYING, but: payload.requested_by },
    };
  }
  if (type === 'deploy-result') {
    const kind = ENDED[payload.status ?? ''];
    const requester = payload.requested_by ?? '';
    if (!kind || !requester || requester.startsWith('system:'))
      return undefined;
    return { ...deployment, kind, audience: { people: [requester] } };
  }
  if (type === 'api-deprecated') {
    return {
      ...base,
      kind: 'api-deprecated',
      audience: { subscribersOf: payload.api_id ?? '' },
      link: `/portal/apis/${tenantId}:${payload.api_id}`,
      values: {
        ...about,
        date: payload.sunset,
        successor: payload.successor,
      },
    };
  }
  if (!TOLD.has(type) || !payload.subscriber_id) return undefined;
  return {
    ...base,
    kind: type as NoticeKind,
    audience: { people: [payload.subscriber_id] },
    link: '/portal/subscriptions',
    values: { ...about, date: payload.expires_at, reason: payload.reason },
  };
}

function alertNotice(
  kind: 'alert-raised' | 'alert-cleared',
  { tenant_id: tenantId, payload }: StoaEvent<AlertPayload>,
): Notice {
  const { target } = payload;
  const channel = target.channel === 'notification' ? 'web' : target.channel;
  return {
    kind,
    topic: kind,
    tenantId,
    audience: { roles: [target.role ?? 'tenant-admin'] },
    link: `/console/${tenantId}/alerts/${payload.id}`,
    values: {
      name: payload.name,
      metric: payload.metric,
      value: payload.value,
      threshold: payload.threshold,
      api: payload.api_id,
      environment: payload.environment,
    },
    only: [channel],
    ruleId: payload.rule_id,
  };
}
