import { useMutation } from '@tanstack/react-query';
import type { InspectorEvent } from '../inspector-event.ts';
import { describeTrial, type TrialResult } from './describe-trial.ts';
import { RACE_SIZE, runTrial } from './run-trial.ts';

interface TrialsProps {
  /** The path of the inspector's routes on the server. */
  path: string;
  disabled: boolean;
  /** The events of the session, in any order. */
  events: readonly InspectorEvent[];
  theftText: string | null;
}

/**
 * Shows three trials on this session with their results. Use the session id as key, because a
 * result belongs to one session.
 */
export function Trials({ path, disabled, events, theftText }: TrialsProps) {
  const trial = useMutation({
    mutationFn: (kind: TrialResult['kind']) => runTrial(path, kind),
    networkMode: 'always',
    retry: false,
  });
  /** Returns the button's handlers: it keeps its focus while a trial runs, and ignores presses. */
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
      {/* Not a live region, because the text changes each second. */}
      {theftText && <p className="theft">{theftText}</p>}
    </>
  );
}
