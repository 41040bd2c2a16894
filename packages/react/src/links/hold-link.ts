import { type Operation, TRPCClientError, type TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { isSessionOver, reasonOf, statusOf } from '../api-error.ts';
import type { HeldCalls } from './held-calls.ts';

export interface HoldLinkOptions {
  readonly held: HeldCalls;
  /** The path of `auth.session`: it is never held, because held calls wait for its answer. */
  readonly sessionPath: string;
  /** The user whose page is shown, as `personOf` names them; null if it is public. */
  readonly person: () => string | null;
  /**
   * Called when a call was refused because of the session: the server should be asked whether it
   * has ended.
   */
  readonly onSessionOver: () => void;
}

/**
 * Holds the queries and mutations of the current user that were refused because the session is
 * over, until it is known who is signed in. Those of the same user are sent once more; a second
 * refusal is final. Only what Latchkey refused before the procedure ran is held: it has done
 * nothing, so sending it again does it once. Errors of the app's own go to the caller.
 */
export function holdLink<TRouter extends AnyTRPCRouter>({
  held,
  sessionPath,
  person,
  onSessionOver,
}: HoldLinkOptions): TRPCLink<TRouter> {
  return () =>
    ({ next, op }) =>
      observable((observer) => {
        const sender = person();
        let stop = () => {};

        function send(
          onRefused: (error: TRPCClientError<TRouter>) => void,
          onDone = () => {},
        ): void {
          let ended = false;
          const end = () => {
            ended = true;
            onDone();
          };
          const call = next(op).subscribe({
            next: (value) => observer.next(value),
            error(error) {
              end();
              onRefused(error);
            },
            complete() {
              end();
              observer.complete();
            },
          });
          if (ended) return;
          stop = () => {
            call.unsubscribe();
            end();
          };
        }

        function hold(error: TRPCClientError<TRouter>): void {
          const over = isSessionOver(error) && op.path !== sessionPath;
          if (
            over &&
            sender !== null &&
            sender === person() &&
            op.type !== 'subscription' &&
            !op.signal?.aborted
          )
            stop = wait(sender, op.type, error);
          else observer.error(error);
          // Does nothing on a public page: it is known that no session exists, and a late answer
          // changes nothing.
          if ((over || isEndOfStream(op, error)) && person() !== null) onSessionOver();
        }

        function wait(
          owner: string,
          kind: 'query' | 'mutation',
          error: TRPCClientError<TRouter>,
        ): () => void {
          const release = held.hold({
            kind,
            person: owner,
            refuse: () => observer.error(error),
            send: () =>
              new Promise<void>((answered) => send((last) => observer.error(last), answered)),
          });
          return onAbort(
            op,
            () => {
              release();
              observer.error(
                TRPCClientError.from(new DOMException('The call was aborted.', 'AbortError')),
              );
            },
            release,
          );
        }

        send(hold);
        return () => stop();
      });
}

/** True if Latchkey ended an open subscription together with its session. */
function isEndOfStream({ type }: Operation, error: unknown): boolean {
  return type === 'subscription' && statusOf(error) === 401 && reasonOf(error) !== null;
}

/**
 * Listens for the abort of a call.
 *
 * @returns a function that stops listening and releases the call
 */
function onAbort({ signal }: Operation, abort: () => void, release: () => void): () => void {
  signal?.addEventListener('abort', abort, { once: true });
  return () => {
    signal?.removeEventListener('abort', abort);
    release();
  };
}
