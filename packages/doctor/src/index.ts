export { describeFindings, type Finding, findings, type Note } from './finding.ts';
export { isLoopbackHost } from './lib/loopback.ts';
export { type VisitOptions, visit } from './visit/visit.ts';
