import { StoaError } from '@stoa/plugin-stoa-common';
import {
  currentTraceparent,
  FailureReport,
  toBackendError,
} from '@stoa/plugin-stoa-node';
import type { Forwarded } from './forwarded';

interface Failure {
  /** Of the backend; 0 where it broke off. */
  readonly status?: number;
  readonly failure?: StoaError;
  readonly cause?: unknown;
}

/** What the operators of the API, and whoever called, see of a failure: never a query, a header or a body. */
export function failureReport(
  { req, route, call, caller, path, record }: Forwarded,
  how: Failure,
): FailureReport {
  const { status, failure } = how;
  return {
    tenantId: route.tenantId,
    subject: caller.subject,
    api: route.apiId,
    environment: route.environment,
    ...describeFailure(how),
    ...(status && { httpStatus: status }),
    request: {
      method: req.method,
      path: path.replace(/\?.*$/, ''),
      version: route.version,
      bytes: record.requestBytes,
    },
    response: {
      status: status || failure?.status,
      bytes: record.responseBytes,
    },
    requestId: call.requestId,
    traceparent: currentTraceparent() ?? call.traceparent,
  };
}

function describeFailure({
  status,
  failure,
  cause,
}: Failure): Pick<FailureReport, 'type' | 'message'> {
  if (status === 0) {
    return {
      type: 'server_unavailable',
      message: 'The backend broke off in the middle of its answer.',
    };
  }
  if (!failure) {
    return {
      type: 'server_internal_error',
      message: `The backend answered ${status}.`,
    };
  }
  return {
    type:
      failure.code === 'stoa.backend.timeout'
        ? 'server_timeout'
        : 'server_unavailable',
    message: toBackendError(cause).message,
  };
}
