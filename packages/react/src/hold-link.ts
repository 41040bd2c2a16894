import { type Operation, TRPCClientError, type TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { isSessionOver, reasonOf, statusOf } from './api-error.ts';
import type { HeldCalls } from './held-calls.ts';

export interface HoldLinkOptions {
  readonly held: HeldCalls;
  /** Whose page this is now; null when it is nobody's. */
  readonly person: () => string | null;
  /** A call was refused as if the session were over. Whether it is, only the server can say. */
  readonly onDoubt: () => void;
}

/**
 * The question whether the session stands is never held: its answer is what the others wait for.
 */
const SESSION_PATH = 'auth.session';

/**
 * Keeps queries and mutations that were refused because the session is over, made by whoever the
 * page belongs to, until it is known who is there. The same person's are sent once more; a second
 * refusal is final. Only what Latchkey refused before the procedure ran is kept: it has done
 * nothing, so sending it again does it once. Errors of the app's own go to the caller.
 */
export function holdLink<TRouter extends AnyTRPCRouter>({
  held,
  person,
  onDoubt,
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
          const over = isSessionOver(error) && op.path !== SESSION_PATH;
          if (
            over &&
            sender !== null &&
            sender === person() &&
            op.type !== 'subscription' &&
            !op.signal?.aborted
          )
            stop = wait(sender, op.type, error);
          else observer.error(error);
          // Where nobody is signed in, that is known already: an answer that comes late changes
          // nothing.
          if ((over || isEndOfStream(op, error)) && person() !== null) onDoubt();
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
                TRPCClientError.from(new DOMException('The call was given up.', 'AbortError')),
              );
            },
            release,
          );
        }

        send(hold);
        return () => stop();
      });
}

/** Latchkey ended a subscription that had begun, with its session. */
function isEndOfStream({ type }: Operation, error: unknown): boolean {
  return type === 'subscription' && statusOf(error) === 401 && reasonOf(error) !== null;
}

/** @returns how to stop listening and let go */
function onAbort({ signal }: Operation, abort: () => void, release: () => void): () => void {
  signal?.addEventListener('abort', abort, { once: true });
  return () => {
    signal?.removeEventListener('abort', abort);
    release();
  };
}
