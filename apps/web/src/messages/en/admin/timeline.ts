export const title = 'One session';
export const subject = 'The session';
export const notFound = 'Session not found. It may be older than the audit log.';
export const started = 'Started';
export const ended = 'Ended';
export const notYet = 'Not yet';
export const rotations = 'Rotations';
export const unknown = 'Unknown';
export const more = 'There is more in the audit log.';
export const generationNote =
  'Each rotation makes a new generation. The server keeps the time of the latest one only, so ' +
  'that an ordinary refresh stays a single write.';
export const auditLink = 'All its entries in the audit log';
