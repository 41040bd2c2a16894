/**
 * The checks of the command `latchkey-doctor`, for programs: {@link check} reads an app's folder
 * before adoption, and {@link visit} signs in to a deployment from outside, as a browser does.
 * {@link describeFindings} formats what they found.
 *
 * @packageDocumentation
 */

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
