import type { LayerEvent } from '@latchkey/core';
import { createInspector, type Inspector } from '@latchkey/devtools/server';
import type { Env } from '../../config/env.ts';
import type { Services } from '../../services/services.ts';
import { hasDemoAccounts } from '../accounts/demo-accounts.ts';
import { EXPLANATIONS } from '../receipts/receipt.ts';

/**
 * Creates the session inspector of the reference app, which exists only with the demo accounts.
 * Receipts explain why a session ended.
 */
export function appInspector(
  { layer, keys, trail, receipts, users, ageable }: Services,
  { cookies }: Pick<Env, 'cookies'>,
): Inspector {
  const inspector = createInspector({
    layer,
    ring: keys.ring,
    cookies,
    store: ageable,
    isEnabled: () => hasDemoAccounts(users),
    async explainEnd(sessionId) {
      const receipt = await receipts.explain(sessionId);
      if (!receipt) return null;
      const { cause } = receipt;
      return { cause, explanation: (EXPLANATIONS as Record<string, string>)[cause] ?? '' };
    },
  });
  /** The inspector ignores the kinds of events that only this app has. */
  trail.listen((event) => inspector.onEvent(event as LayerEvent));
  return inspector;
}
