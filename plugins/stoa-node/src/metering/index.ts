export { CallMetrics } from './CallMetrics';
export { type CallCaller, CallRecord, type CallSubject } from './CallRecord';
export * from './MeteringEvent';
export {
  SpooledMetering,
  type SpooledMeteringOptions,
} from './SpooledMetering';
