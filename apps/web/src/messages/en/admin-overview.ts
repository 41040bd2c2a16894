export const asATable = 'As a table';
export const from = 'From';
export const count = 'Count';
export const theLast24Hours = 'The last 24 hours';
export const theLast7Days = 'The last 7 days';
export const theLast30Days = 'The last 30 days';
export const sessionsThatBegan = 'Sessions that began.';
export const refusedSignIns = 'Refused sign-ins';
export const wrongPairsDisabledAccountsToo = 'Wrong pairs, disabled accounts, too many attempts.';
export const refusedRefreshes = 'Refused refreshes';
export const browsersThatWereTurnedAway = 'Browsers that were turned away.';
export const reuseOfRefreshTokens = 'Reuse of refresh tokens';
export const aUsedUpTokenCame = 'A used-up token came back: somebody may have a copy.';
export const sessionsTheirOwnersEnded = 'Sessions their owners ended.';
export const revocations = 'Revocations';
export const sessionsEndedBySomebodyElse =
  'Sessions ended by somebody else, or by a change of the account.';
export const users = 'Users';
export const disabled = 'Disabled';
export const sessions = 'Sessions';
export const time = 'Time';
export const theOverview = 'The overview';
export const chart = (title: string, total: number, most: number) =>
  `${title}: ${total} in all, at most ${most} at once`;
export const signIns = 'Sign-ins';
export const signOuts = 'Sign-outs';
