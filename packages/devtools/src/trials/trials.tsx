import { useMutation } from '@tanstack/react-query';
import type { InspectorLog, Theft } from '../log/inspector-log.ts';
import { describeTrial, type TrialResult } from './describe-trial.ts';
import { explainTrial, type Terms } from './explain-trial.ts';
import { RACE_SIZE, runTrial, skipWait } from './run-trial.ts';

interface TrialsProps {
  /** The path of the inspector's routes on the server. */
  path: string;
  disabled: boolean;
  log: InspectorLog;
  theft: Theft;
  theftText: string | null;
}

const TRIALS: readonly { readonly kind: TrialResult['kind']; readonly name: string }[] = [
  { kind: 'expire', name: 'Expire the access token' },
  { kind: 'race', name: `Race ${RACE_SIZE} requests` },
  { kind: 'theft', name: 'Simulate theft' },
];

/**
 * Shows three trials on this session with their results. Use the session id as key, because a
 * result belongs to one session.
 */
export function Trials({ path, disabled, log, theft, theftText }: TrialsProps) {
  const canSkip = log.terms?.canSkip ?? false;
  const isStealing = theft.stage === 'waiting' || theft.stage === 'due';
  const trial = useMutation({
    mutationFn: (kind: TrialResult['kind']) =>
      runTrial(path, kind, { settles: canSkip && !isStealing }),
    networkMode: 'always',
    retry: false,
  });
  const skip = useMutation({
    mutationFn: () => skipWait(path),
    networkMode: 'always',
    retry: false,
  });
  const terms: Terms | null = log.terms;
  return (
    <>
      <fieldset className="trials" disabled={disabled}>
        <legend className="visually-hidden">Try this session</legend>
        {TRIALS.map(({ kind, name }) => (
          <div key={kind} className="trial">
            {/* Keeps its focus while a trial runs, and ignores presses. */}
            <button
              type="button"
              aria-disabled={trial.isPending || undefined}
              onClick={() => trial.isPending || trial.mutate(kind)}
            >
              {name}
            </button>
            <details>
              <summary>
                How this works<span className="visually-hidden">: {name}</span>
              </summary>
              <p>{explainTrial(kind, terms)}</p>
            </details>
          </div>
        ))}
      </fieldset>
      <p role="status" className="hint result">
        {trial.error?.message ?? (trial.data && describeTrial(trial.data, log.events))}
      </p>
      {/* Not a live region, because the text changes each second. */}
      {theftText && theft.stage !== 'over' && <p className="theft">{theftText}</p>}
      {canSkip && theft.stage === 'waiting' && (
        <button type="button" className="skip" onClick={() => skip.isPending || skip.mutate()}>
          Skip the wait
        </button>
      )}
      {skip.error && <p role="alert">{skip.error.message}</p>}
    </>
  );
}
