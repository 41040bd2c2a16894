import { useRef, useState } from 'react';
import { Button } from '../components/ui/button.tsx';
import { ConfirmDialog } from '../components/ui/confirm-dialog.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { QueryProblem } from '../components/ui/query-problem.tsx';
import { TextField } from '../components/ui/text-field.tsx';
import { toast } from '../lib/toasts.ts';
import { FAULT, UNREACHABLE } from './messages.tsx';
import { Kind, Specimen } from './specimen.tsx';

const PROBLEMS = { 'The server is not answering': UNREACHABLE, 'The server has a fault': FAULT };

/**
 * What lies over a page, or stands in its place. Each is shown on request, because it takes the
 * focus.
 */
export function Windows() {
  const dialog = useRef<HTMLDialogElement>(null);
  const confirmation = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  return (
    <Kind
      title="Dialogs and whole pages"
      lead="A dialog keeps the focus, closes on Escape, and gives the focus back."
    >
      <Specimen name="dialog">
        <Button onClick={() => dialog.current?.showModal()}>Open a dialog</Button>
        <Dialog ref={dialog} title="Name this device">
          <form method="dialog" className="mt-4 flex flex-col gap-5">
            <TextField label="Name" defaultValue="Kitchen laptop" />
            <Button type="submit" look="primary">
              Done
            </Button>
          </form>
        </Dialog>
      </Specimen>
      <Specimen name="confirmation">
        <Button look="danger" onClick={() => confirmation.current?.showModal()}>
          Sign out all others
        </Button>
        <ConfirmDialog
          ref={confirmation}
          title="Sign out all others?"
          confirm="Sign out 3 sessions"
          onConfirm={() => toast('3 sessions have ended.')}
        >
          You stay signed in here. The other 3 sessions end.
        </ConfirmDialog>
      </Specimen>
      <Specimen name="in place of a page">
        <div className="flex flex-wrap gap-2.5">
          {Object.entries(PROBLEMS).map(([name, error]) => (
            <Button
              key={name}
              aria-pressed={problem === error}
              onClick={() => setProblem(problem === error ? null : error)}
            >
              {name}
            </Button>
          ))}
        </div>
        {problem && (
          <div className="mt-8">
            <QueryProblem
              key={problem.message}
              title="Gallery"
              error={problem}
              retry={() => setProblem(null)}
            />
          </div>
        )}
      </Specimen>
    </Kind>
  );
}
