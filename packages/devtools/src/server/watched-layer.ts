import type { Client, RefreshOutcome, SessionLayer } from '@latchkey/core';

/**
 * Wraps a session layer so that it calls back with the outcome of each refresh before its caller
 * gets it. Methods are named one by one: a layer may be a class.
 */
export function watchedLayer(
  layer: SessionLayer,
  onRefresh: (outcome: RefreshOutcome, client: Client) => void,
): SessionLayer {
  return {
    options: layer.options,
    clock: layer.clock,
    async refresh(credentials, client) {
      const outcome = await layer.refresh(credentials, client);
      onRefresh(outcome, client);
      return outcome;
    },
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
