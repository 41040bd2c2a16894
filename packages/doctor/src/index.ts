export { type CheckOptions, check } from './check/check.ts';
export { describeFindings } from './describe-findings.ts';
export {
  collectFindings,
  type Finding,
  type FindingCollector,
  type Note,
} from './finding.ts';
export { isLoopbackHost } from './lib/loopback.ts';
export { visit } from './visit/visit.ts';
export {
  DEFAULT_PATHS,
  type SettingNames,
  type VisitOptions,
  type VisitPaths,
} from './visit/visit-options.ts';
