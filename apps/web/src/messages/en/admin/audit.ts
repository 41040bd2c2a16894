export const title = 'Audit log';
export const lead =
  'What happened here, newest first. Each entry is written together with the change it ' +
  'records, and sealed.';
export const subject = 'The audit log';
export const listLabel = 'Events';
export const newest = 'Newest';
export const older = 'Older';

export const topic = 'About';
export const anyTopic = 'Anything';
export const topicSignIns = 'Sign-ins';
export const topicSessions = 'Sessions that ended';
export const topicIncidents = 'Security events';
export const topicAccounts = 'Accounts';
export const topicKeys = 'Keys and exports';
export const actor = 'Done by';
export const text = 'Name, address, reference or reason';
export const matchesAnywhere =
  'Matches anywhere in a name or reason, and the beginning of an address or reference.';
export const matchesBeginning =
  'Matches the beginning. In a name or reason, three letters or more may match anywhere.';
export const from = 'From';
export const to = 'To';
export const oneSession = 'Only one session is shown.';
export const clearFilters = 'Remove all filters';
export const noMatch = 'Nothing matches. Remove a filter.';
export const empty = 'Nothing yet. Sign-ins, ended sessions and account changes will appear here.';
export const exportCsv = 'Export as CSV';
export const print = 'Print';

export const byActor = (name: string) => `by ${name}`;
export const removedActor = 'a user removed since';
export const shownReason = 'Told the user:';
export const session = 'Session';
export const sessionLabel = (owner: string) => `The session of ${owner}`;
export const thisEntry = 'this entry';
