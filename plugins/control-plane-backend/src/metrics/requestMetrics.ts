import { metrics } from '@opentelemetry/api';
import { Response } from 'express';
import { Operation } from '../http/contract';

/** Counts the requests to the operations of the contract, by `endpoint` as it is written there. */
export function createRequestMetrics() {
  const meter = metrics.getMeter('stoa');
  const requests = meter.createCounter('stoa_api_requests_total', {
    description: 'Requests to the control plane that were answered',
  });
  const durations = meter.createHistogram('stoa_api_request_duration_seconds', {
    description: 'From the request until its answer had gone out',
    advice: {
      explicitBucketBoundaries: [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
      ],
    },
  });
  return function measure(
    { path: endpoint, method }: Operation,
    response: Response,
  ): void {
    const begin = performance.now();
    response.once('close', () => {
      requests.add(1, {
        endpoint,
        method: method.toUpperCase(),
        status: response.statusCode,
      });
      durations.record((performance.now() - begin) / 1000, { endpoint });
    });
  };
}
