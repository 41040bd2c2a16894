import type { User } from '@latchkey/core';
import type { Request, RequestHandler, Response } from 'express';

/** A valid old session that a request presents. */
export interface OldSession {
  /** Key of the old session in the bridge's table: the same in every request. */
  readonly id: string;
  /** Returns the user of the old session; null for a user who may no longer sign in. */
  resolveUser(): Promise<User | null>;
}

/** What the bridge has to know of the app's former way of signing in. */
export interface OldCredential {
  /** Middleware that has to run before `read`. */
  readonly before: readonly RequestHandler[];
  /** Returns the valid old session of a request; null without one. */
  read(request: Request): Promise<OldSession | null>;
  /** Ends an old session on the server, if the server stores it. */
  end(id: string): Promise<void>;
  /** Makes the browser delete its old credential. */
  forget(response: Response): void;
}
