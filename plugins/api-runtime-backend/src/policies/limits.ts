import { CountedCall, Route } from '@stoa/plugin-stoa-node';
import { Caller } from '../admission';

/** A call as limits count it. */
export function countedCall(caller: Caller, route: Route): CountedCall {
  const { facts, subject } = caller;
  const { subscriptionId, applicationId, perMinute, burst, quota } = facts;
  const { tenantId, environment, apiId, steps } = route;
  return {
    tenantId,
    environment,
    ids: {
      subscription: subscriptionId,
      application: applicationId,
      person: subject,
      tenant: tenantId,
      api: apiId,
    },
    base: {
      key: subscriptionId,
      perMinute,
      burst,
      message: `The plan allows ${perMinute} calls a minute.`,
      quota,
    },
    steps,
  };
}
