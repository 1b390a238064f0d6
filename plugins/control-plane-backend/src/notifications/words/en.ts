import { NoticeValues } from '../Notice';
import { Words } from './Words';

const asked = (v: NoticeValues) =>
  v.server
    ? `A subscription to the tools of ${v.server} waits for your approval`
    : `A subscription to ${v.api} waits for your approval`;

const yours = (v: NoticeValues, status: string) =>
  v.server
    ? `Your subscription to the tools of ${v.server} is ${status}`
    : `Your subscription to ${v.api} is ${status}`;

const because = ({ reason }: NoticeValues) =>
  reason ? `The reason that was given: ${reason}` : 'No reason was given.';

const day = ({ date = '' }: NoticeValues) => date.slice(0, 10);

const METRICS: Readonly<Record<string, string>> = {
  error_rate: 'Failed calls, in percent',
  rate_limited: 'Calls refused for their number',
  latency_p95: 'Latency of the slowest 5 percent, in milliseconds',
  quota_used: 'Used quota, in percent',
};
const measured = (v: NoticeValues) =>
  `${METRICS[v.metric ?? ''] ?? v.metric}: ${v.value} (the rule: ${
    v.threshold
  }).`;

export const ENGLISH: Words = {
  open: 'Open in STOA',
  footer:
    'STOA sent you this because of your roles or your subscriptions. Nobody reads answers to this address.',
  notices: {
    'subscription-asked': v => ({
      subject: asked(v),
      body: 'Somebody asked for it. Approve or refuse it under Approvals.',
    }),
    'subscription-tools-asked': v => ({
      subject: `More tools of ${v.server} are asked for by a subscriber`,
      body: 'Approve or refuse them under Approvals.',
    }),
    'tool-call-asked': v => ({
      subject: `A call of ${v.tool} of ${v.server} waits for your approval`,
      body: 'Approve or refuse it under Approvals. It is not held up for long.',
    }),
    'tool-call-approved': v => ({
      subject: `Your call of ${v.tool} of ${v.server} is approved`,
      body: 'Make it once more if your client no longer waits for it.',
    }),
    'tool-call-denied': v => ({
      subject: `Your call of ${v.tool} of ${v.server} is refused`,
      body: because(v),
    }),
    'subscription-approved': v => ({
      subject: yours(v, 'active'),
      body: 'It was approved. Your key works from now on.',
    }),
    'subscription-rejected': v => ({
      subject: yours(v, 'rejected'),
      body: because(v),
    }),
    'subscription-suspended': v => ({
      subject: yours(v, 'suspended'),
      body: `Its keys do not work for now. ${because(v)}`,
    }),
    'subscription-reactivated': v => ({
      subject: yours(v, 'active'),
      body: 'It is no longer suspended. Your keys work again.',
    }),
    'subscription-revoked': v => ({
      subject: yours(v, 'revoked'),
      body: `Its keys do not work any more. ${because(v)}`,
    }),
    'subscription-expired': v => ({
      subject: yours(v, 'expired'),
      body: 'Its keys do not work any more. Ask for a new subscription if you still need it.',
    }),
    'subscription-expiring': v => ({
      subject: v.server
        ? `Your subscription to the tools of ${v.server} ends on ${day(v)}`
        : `Your subscription to ${v.api} ends on ${day(v)}`,
      body: 'Its keys stop working then. Put the end off if you still need it.',
    }),
    'deployment-waits': v => ({
      subject: `Version ${v.version} of ${v.api} waits for your approval to go to ${v.environment}`,
      body: 'Somebody else than who asked for it must approve it.',
    }),
    'deployment-finished': v => ({
      subject: `Version ${v.version} of ${v.api} runs in ${v.environment}`,
      body: 'The deployment that you asked for has ended well.',
    }),
    'deployment-failed': v => ({
      subject: `Version ${v.version} of ${v.api} could not be deployed to ${v.environment}`,
      body: 'What ran there before runs still. The steps of the deployment say what went wrong.',
    }),
    'alert-raised': v => ({
      subject: `The alert "${v.name}" is raised`,
      body: measured(v),
    }),
    'alert-cleared': v => ({
      subject: `The alert "${v.name}" is over`,
      body: measured(v),
    }),
    'api-deprecated': v => ({
      subject: v.date
        ? `${v.api}, to which you are subscribed, will be switched off on ${day(
            v,
          )}`
        : `${v.api}, to which you are subscribed, is deprecated`,
      body: v.successor
        ? `Its successor is ${v.successor}.`
        : 'No successor is named.',
    }),
  },
};
