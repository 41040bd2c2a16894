import { oneOf, textOf } from '../../../lib/search-values.ts';

/** The state of the list of users, as the address holds it. */
export interface UsersSearch {
  search?: string | undefined;
  role?: 'Admin' | 'User' | undefined;
  status?: 'active' | 'disabled' | undefined;
  sort?: 'username' | 'createdAt' | undefined;
  order?: 'asc' | 'desc' | undefined;
  /** Where the page begins; the first one when left out. */
  after?: string | undefined;
}

export function usersSearchOf(given: Record<string, unknown>): UsersSearch {
  return {
    search: textOf(given.search, 64),
    role: oneOf(given.role, ['Admin', 'User']),
    status: oneOf(given.status, ['active', 'disabled']),
    sort: oneOf(given.sort, ['username', 'createdAt']),
    order: oneOf(given.order, ['asc', 'desc']),
    after: textOf(given.after, 300),
  };
}
