export * from './MeteringEvent';
export {
  SpooledMetering,
  type SpooledMeteringOptions,
} from './SpooledMetering';
