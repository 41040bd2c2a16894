import { forgedClaims } from './forged-claims.ts';
import { forgedHeaders } from './forged-headers.ts';
import { confusedAlgorithms, forgedSignatures } from './forged-signatures.ts';
import type { Forgery, ForgingGround } from './forger.ts';

export { otherSignature } from './forged-signatures.ts';
export {
  type Forgery,
  type ForgingGround,
  forgingGround,
  ringOfAll,
  segment,
  signed,
} from './forger.ts';

/**
 * Returns all forgeries, by theme.
 *
 * @param idleSeconds the option of the server under attack
 */
export function forgeries(
  ground: ForgingGround,
  idleSeconds: number,
): Record<'headers' | 'claims' | 'signatures' | 'algorithms', Forgery[]> {
  return {
    headers: forgedHeaders(ground),
    claims: forgedClaims(ground, idleSeconds),
    signatures: forgedSignatures(ground),
    algorithms: confusedAlgorithms(ground),
  };
}
