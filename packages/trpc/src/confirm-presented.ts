import type { Authentication, SessionLayer } from '@latchkey/core';

/**
 * What an access token is worth while this node cannot tell what was revoked elsewhere: what the store says. A token from before the user's version was
 * raised is not, though its session may go on: a refresh gives it a new one.
 *
 * @throws StoreUnavailableError
 */
export async function confirmPresented(layer: SessionLayer, presented: Extract<Authentication, { kind: 'authenticated' }>): Promise<Authentication> {
  const confirmation = await layer.confirm(presented.principal);
  if (confirmation.kind === 'refused') return { kind: 'anonymous', reason: confirmation.reason };
  return confirmation.user.tokenVersion > presented.principal.tokenVersion ? { kind: 'anonymous', reason: 'token_version' } : presented;
}
