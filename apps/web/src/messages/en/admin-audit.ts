export const anything = 'Anything';
export const auditLog = 'Audit log';
export const whatHasHappenedHereThe =
  'What has happened here, the newest first. Each entry is written together with the change it records, and sealed.';
export const about = 'About';
export const doneBy = 'Done by';
export const nameAddressReferenceOrReason = 'Name, address, reference or reason';
export const from = 'From';
export const to = 'To';
export const exportAsCsv = 'Export as CSV';
export const print = 'Print';
export const takeAllFiltersAway = 'Take all filters away';
export const onlyOneSessionIsShown = 'Only one session is shown.';
export const theAuditLog = 'The audit log';
export const nothingMatchesTakeAFilter = 'Nothing matches. Take a filter away.';
export const nothingYetSignInsEndings =
  'Nothing yet. Sign-ins, endings and changes of accounts will appear here.';
export const events = 'Events';
export const newest = 'Newest';
export const older = 'Older';
export const somebodyRemovedSince = 'somebody removed since';
export const thisEntry = 'this entry';
export const session = 'Session';
export const doneByWhom = (name: string) => `by ${name}`;
export const sessionOf = (whose: string) => `The session of ${whose}`;
export const sessionsThatEnded = 'Sessions that ended';
export const securityEvents = 'Security events';
export const accounts = 'Accounts';
export const keysAndExports = 'Keys and exports';
