import type { User } from '@latchkey/core';
import type { Request, RequestHandler, Response } from 'express';

/** A valid old session of a request. */
export interface OldSession {
  /** Its key in the bridge's table: the same in every request. */
  readonly id: string;
  /** Its user; null for a user who may no longer sign in. */
  resolveUser(): Promise<User | null>;
}

/** The old way of signing in, as far as the bridge needs it. */
export interface OldCredential {
  /** Middleware that has to run before `read`. */
  readonly before: readonly RequestHandler[];
  /** The valid old session of a request; null without one. */
  read(request: Request): Promise<OldSession | null>;
  /** Ends it on the server, if the server stores it. */
  end(id: string): Promise<void>;
  /** Makes the browser drop it. */
  forget(response: Response): void;
}
