import { useRef, useState } from 'react';
import { ConfirmDialog } from '../components/dialog/confirm-dialog.tsx';
import { Dialog } from '../components/dialog/dialog.tsx';
import { QueryProblem } from '../components/feedback/query-problem.tsx';
import { Button } from '../components/form/button.tsx';
import { TextField } from '../components/form/text-field.tsx';
import { toast } from '../lib/toasts.ts';
import { SERVER_ERROR, UNREACHABLE } from './messages.tsx';
import { Kind, Specimen } from './specimen.tsx';

const PROBLEMS = {
  'The server is not answering': UNREACHABLE,
  'The server has an error': SERVER_ERROR,
};

/**
 * Shows dialogs and page replacements in the gallery, each on request, because it takes the focus.
 */
export function Windows() {
  const dialog = useRef<HTMLDialogElement>(null);
  const confirmation = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  return (
    <Kind
      title="Dialogs and whole pages"
      lead="A dialog traps the focus, closes on Escape, and returns the focus."
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
