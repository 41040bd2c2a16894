import type { SessionLayer } from '@latchkey/core';

/**
 * Wraps a session layer so that its refreshes go through another function. Methods are named one by
 * one: a layer may be a class.
 */
export function withRefresh(layer: SessionLayer, refresh: SessionLayer['refresh']): SessionLayer {
  return {
    options: layer.options,
    clock: layer.clock,
    refresh,
    findKeys: (...given) => layer.findKeys(...given),
    authenticate: (...given) => layer.authenticate(...given),
    reportAmbiguity: (...given) => layer.reportAmbiguity(...given),
    recognizes: (...given) => layer.recognizes(...given),
    isTooLateToSet: (...given) => layer.isTooLateToSet(...given),
    confirm: (...given) => layer.confirm(...given),
    reauthenticate: (...given) => layer.reauthenticate(...given),
    issue: (...given) => layer.issue(...given),
    revoke: (...given) => layer.revoke(...given),
    revokeUserSessions: (...given) => layer.revokeUserSessions(...given),
    revokePresentedSessions: (...given) => layer.revokePresentedSessions(...given),
    start: () => layer.start(),
    isFeedUpToDate: () => layer.isFeedUpToDate(),
    watch: (...given) => layer.watch(...given),
    csrfToken: (...given) => layer.csrfToken(...given),
    isCsrfToken: (...given) => layer.isCsrfToken(...given),
    sessionsOf: (...given) => layer.sessionsOf(...given),
    sessionOf: (...given) => layer.sessionOf(...given),
    flush: () => layer.flush(),
    close: () => layer.close(),
  };
}
