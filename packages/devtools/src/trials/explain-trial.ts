import type { InspectorHello } from '../inspector-event.ts';
import type { TrialResult } from './describe-trial.ts';

export type Terms = Pick<InspectorHello, 'graceSeconds' | 'settleSeconds' | 'canSkip'>;

/**
 * Explains before a trial what it does and what to look at.
 *
 * @param terms the durations of the server; null if they are unknown
 */
export function explainTrial(kind: TrialResult['kind'], terms: Terms | null): string {
  const settle = terms ? `${terms.settleSeconds} s` : 'the settle time';
  const grace = terms ? `${terms.graceSeconds} s` : 'the grace';
  switch (kind) {
    case 'expire':
      return (
        'The browser forgets its access token and keeps the refresh token. Press any button on ' +
        'the page: the server renews the access token inside that request and answers it. Look ' +
        'at the picture for the exchange, and at the log for the cookies it set.'
      );
    case 'race':
      return (
        'The browser forgets its access token and sends ten requests at once, all with the same ' +
        'refresh token. One use of it is an exchange; what about the other nine? The answers ' +
        'are held for half a second, so that all ten are under way. The result counts what the ' +
        'server decided for each. ' +
        (terms?.canSkip
          ? `A token that is younger than ${settle} is not exchanged again, so that time is ` +
            'skipped first, for this session only.'
          : `If the token is younger than ${settle}, all ten are given an access token only.`)
      );
    case 'theft':
      return (
        'The server plays a thief with a copy of your refresh token, by the real rules. The ' +
        `thief may have to wait up to ${settle} until the token can be exchanged, exchanges it, ` +
        `and waits ${grace} more, in which late requests are still answered. Then your token is ` +
        'used up. Look for the fork in the picture, and for who presents the old token. The ' +
        'session ends for both, and by default every session of this user with it.'
      );
  }
}
