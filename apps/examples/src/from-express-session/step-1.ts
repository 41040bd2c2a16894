import type { Deployment } from '../moving/deployment.ts';
import { stepOne } from '../moving/step-1.ts';
import { expressSessionCredential } from './old-session.ts';

/** Builds step 1 of the move for an app that uses express-session. */
export const stepOneFromExpressSession = (
  deployment: Deployment,
  options?: { keepOldSeconds: number },
) =>
  stepOne(
    deployment,
    (library) => expressSessionCredential(deployment.pool, deployment.secret, library),
    options,
  );
