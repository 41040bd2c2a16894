import { useState } from 'react';
import * as adminUsers from '#messages/admin/users.ts';
import { Button } from '../../../components/form/button.tsx';
import { formatMinute } from '../../../lib/format.ts';

interface OneTimePasswordProps {
  username: string;
  password: string;
  /** When the password expires, in milliseconds since the epoch. */
  expiresAt: number;
  onClose: () => void;
}

/** Shows a one-time password, which nothing can show again. */
export function OneTimePassword({ username, password, expiresAt, onClose }: OneTimePasswordProps) {
  const [status, setStatus] = useState('');

  /** Pages over plain HTTP have no clipboard. */
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(password);
      setStatus(adminUsers.copied);
    } catch {
      setStatus(adminUsers.notCopied);
    }
  }

  return (
    <div className="mt-3 flex flex-col gap-5">
      <p className="text-sm text-pretty text-ink-soft">
        {adminUsers.oneTimeLead(username, formatMinute(expiresAt))}
      </p>
      <output
        aria-label={adminUsers.oneTimeLabel}
        className="rounded-control border border-line bg-sunken px-3.5 py-2.5 text-center font-mono text-base break-words select-all"
        translate="no"
      >
        {password}
      </output>
      <div className="flex flex-wrap items-center justify-end gap-2.5">
        <p role="status" className="mr-auto text-sm text-ink-soft">
          {status}
        </p>
        <Button onClick={() => void copy()}>{adminUsers.copy}</Button>
        <Button look="primary" autoFocus onClick={onClose}>
          {adminUsers.oneTimeClose}
        </Button>
      </div>
    </div>
  );
}
