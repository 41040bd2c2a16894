import type { InspectorEvent } from '@latchkey/server/inspector';
import { useMutation } from '@tanstack/react-query';
import { Button } from '../components/ui/button.tsx';
import { AT_ONCE, runTrial } from './run-trial.ts';
import { describeTrial, type TrialResult } from './trial-words.ts';

interface TrialsProps {
  disabled: boolean;
  /** Of the session, in any order. */
  events: readonly InspectorEvent[];
  theftWords: string | null;
}

/**
 * Three things to do to this session, each with what came of it. Give it the session's id as its
 * key: what came of it is about that session alone.
 */
export function Trials({ disabled, events, theftWords }: TrialsProps) {
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
          Race {AT_ONCE} requests
        </Button>
        <Button pending={trial.isPending} onClick={start('theft')}>
          Simulate theft
        </Button>
      </fieldset>
      <p role="status" className="inspector-hint">
        {trial.error?.message ?? (trial.data && describeTrial(trial.data, events))}
      </p>
      {/* Counts down each second, which a screen reader should not read out. */}
      {theftWords && <p className="inspector-theft">{theftWords}</p>}
    </>
  );
}
