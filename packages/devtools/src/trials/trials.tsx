import { useMutation } from '@tanstack/react-query';
import type { InspectorEvent } from '../inspector-event.ts';
import { describeTrial, type TrialResult } from './describe-trial.ts';
import { RACE_SIZE, runTrial } from './run-trial.ts';

interface TrialsProps {
  /** Where the server's routes are. */
  path: string;
  disabled: boolean;
  /** Of the session, in any order. */
  events: readonly InspectorEvent[];
  theftText: string | null;
}

/**
 * Three trials on this session with their results. Use the session id as key, because a result
 * belongs to one session.
 */
export function Trials({ path, disabled, events, theftText }: TrialsProps) {
  const trial = useMutation({
    mutationFn: (kind: TrialResult['kind']) => runTrial(path, kind),
    networkMode: 'always',
    retry: false,
  });
  /** Keeps its focus while a trial runs, and ignores presses. */
  const starting = (kind: TrialResult['kind']) => ({
    type: 'button' as const,
    'aria-disabled': trial.isPending || undefined,
    onClick: () => trial.isPending || trial.mutate(kind),
  });
  return (
    <>
      <fieldset className="trials" disabled={disabled}>
        <legend className="visually-hidden">Try this session</legend>
        <button {...starting('expire')}>Expire the access token</button>
        <button {...starting('race')}>Race {RACE_SIZE} requests</button>
        <button {...starting('theft')}>Simulate theft</button>
      </fieldset>
      <p role="status" className="hint">
        {trial.error?.message ?? (trial.data && describeTrial(trial.data, events))}
      </p>
      {/* Changes each second, so it is not a live region. */}
      {theftText && <p className="theft">{theftText}</p>}
    </>
  );
}
