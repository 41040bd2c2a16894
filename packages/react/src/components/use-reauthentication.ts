import { useRef } from 'react';
import { isLatchkeyRefusal, reasonOf } from '../api-error.ts';

/** What {@link useReauthentication} returns. */
export interface Reauthentication {
  /**
   * Sends a request. If the server requires the password first, asks for it and sends the request
   * again.
   *
   * @throws the error of the last attempt: reason `reauthentication_required` if the user did not
   *   give the password
   */
  send<Answer>(attempt: () => Promise<Answer>): Promise<Answer>;
  /**
   * Answers the question for the password: true once `auth.reauthenticate` succeeded, false if the
   * user cancelled.
   */
  answered(given: boolean): void;
}

/** The question for the password; resolves with whether it was given. */
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
 * Sends requests that the server accepts only from a recently authenticated user.
 *
 * @param ask opens the password dialog; requests that need it meanwhile wait for the same answer
 * @example
 * ```tsx
 * import { useReauthentication } from '@latchkey/react';
 *
 * export function CloseAccount() {
 *   const { send, answered } = useReauthentication(async () => {
 *     const password = prompt('Your password') ?? '';
 *     await client.auth.reauthenticate.mutate({ password }).then(
 *       () => answered(true),
 *       () => answered(false),
 *     );
 *   });
 *   return <button onClick={() => send(() => client.auth.logout.mutate())}>Close</button>;
 * }
 * ```
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

/**
 * Whether a refused request may be sent again. A refusal from a nested call may not: the outer
 * procedure may have done something.
 */
function isRepeatable(error: unknown): boolean {
  return isLatchkeyRefusal(error) && reasonOf(error) === 'reauthentication_required';
}
