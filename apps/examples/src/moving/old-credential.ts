import type { User } from '@latchkey/core';
import type { Request, RequestHandler, Response } from 'express';

/** An old session that a request has shown to be good. */
export interface OldSession {
  /** Under which the bridge remembers it: the same in every request. */
  readonly id: string;
  /** Whose it is; null for those who may not come in any more. */
  resolveUser(): Promise<User | null>;
}

/** What signed people in before, as far as the bridge needs to know it. */
export interface OldCredential {
  /** What has to run before it can be read. */
  readonly before: readonly RequestHandler[];
  /** The old session that comes with a request; null where there is none that is good. */
  read(request: Request): Promise<OldSession | null>;
  /** Ends it where it is kept, if it is kept anywhere. */
  end(id: string): Promise<void>;
  /** Makes the browser forget it. */
  forget(response: Response): void;
}
