import type { InspectorEvent } from '@latchkey/server/inspector';
import { useMutation } from '@tanstack/react-query';
import { Button } from '../components/form/button.tsx';
import { describeTrial, type TrialResult } from './describe-trial.ts';
import { RACE_SIZE, runTrial } from './run-trial.ts';

interface TrialsProps {
  disabled: boolean;
  /** Of the session, in any order. */
  events: readonly InspectorEvent[];
  theftText: string | null;
}

/**
 * Three trials on this session with their results. Use the session id as key, because a result
 * belongs to one session.
 */
export function Trials({ disabled, events, theftText }: TrialsProps) {
  const trial = useMutation({
    mutationFn: (kind: TrialResult['kind']) => runTrial(kind),
    networkMode: 'always',
    retry: false,
  });
  const start = (kind: TrialResult['kind']) => () => trial.mutate(kind);
  return (
    <>
      <fieldset className="inspector-trials" disabled={disabled}>
        <legend className="sr-only">Try this session</legend>
        <Button pending={trial.isPending} onClick={start('expire')}>
          Expire the access token
        </Button>
        <Button pending={trial.isPending} onClick={start('race')}>
          Race {RACE_SIZE} requests
        </Button>
        <Button pending={trial.isPending} onClick={start('theft')}>
          Simulate theft
        </Button>
      </fieldset>
      <p role="status" className="inspector-hint">
        {trial.error?.message ?? (trial.data && describeTrial(trial.data, events))}
      </p>
      {/* Changes each second, so it is not a live region. */}
      {theftText && <p className="inspector-theft">{theftText}</p>}
    </>
  );
}
