import { useRef } from 'react';
import { isLatchkeyRefusal, reasonOf } from './api-error.ts';

interface Reauthentication {
  /**
   * Sends it; when the server wants the password first, has it asked for and sends it again.
   *
   * @throws what the last attempt was refused with: `reauthentication_required` when the person did
   *   not give the password
   */
  send<Answer>(attempt: () => Promise<Answer>): Promise<Answer>;
  /** Say whether `auth.reauthenticate` took the password. */
  answered(given: boolean): void;
}

/** Whether the password was given, once that is known. */
interface Question {
  readonly answer: Promise<boolean>;
  settle(given: boolean): void;
}

function newQuestion(): Question {
  let settle: Question['settle'] = () => {};
  const answer = new Promise<boolean>((resolve) => {
    settle = resolve;
  });
  return { answer, settle };
}

/**
 * For what the server does only for somebody who gave their password a short while ago.
 *
 * @param ask opens whatever asks for the password; whoever needs it meanwhile waits for the same
 *   answer
 */
export function useReauthentication(ask: () => void): Reauthentication {
  const asked = useRef<Question>(null);

  function given(): Promise<boolean> {
    if (!asked.current) {
      asked.current = newQuestion();
      ask();
    }
    return asked.current.answer;
  }

  async function send<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
    try {
      return await attempt();
    } catch (error) {
      if (!isRepeatable(error) || !(await given())) throw error;
      return send(attempt);
    }
  }

  return {
    send,
    answered(given) {
      asked.current?.settle(given);
      asked.current = null;
    },
  };
}

/** A procedure that ran, and was refused by another that it called, may have done something. */
function isRepeatable(error: unknown): boolean {
  return isLatchkeyRefusal(error) && reasonOf(error) === 'reauthentication_required';
}
