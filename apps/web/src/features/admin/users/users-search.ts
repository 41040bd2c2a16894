import { oneOf, textOf } from '../../../lib/navigation/search-values.ts';

/** The search parameters of the users page. */
export interface UsersSearch {
  search?: string | undefined;
  role?: 'Admin' | 'User' | undefined;
  status?: 'active' | 'disabled' | undefined;
  sort?: 'username' | 'createdAt' | undefined;
  order?: 'asc' | 'desc' | undefined;
  /** The cursor of the page of users; absent for the first page. */
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
