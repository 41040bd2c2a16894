export const accessTokens = 'Access tokens';
export const signsWhatOtherServicesVerify = 'Signs what other services verify by the public keys.';
export const refreshTokens = 'Refresh tokens';
export const sealsRefreshTokensSoThat =
  'Seals refresh tokens, so that a made-up one is refused without asking the store.';
export const nextPublicAlreadySignsSoon = 'Next: public already, signs soon';
export const retiredStillVerifies = 'Retired: still verifies';
export const goneVerifiesNothingAnyMore = 'Gone: verifies nothing any more';
export const takenOutEarly = 'Taken out early';
export const aNewKeyIsMade = 'A new key is made. It signs once everybody has it.';
export const theKeyIsTakenOut = 'The key is taken out: what it signed does not hold any more.';
export const keys = 'Keys';
export const keysRollOverByThemselves =
  'Keys roll over by themselves. Do it by hand when you want to be sure, or when one may have leaked.';
export const theKeys = 'The keys';
export const rollOver = 'Roll over';
export const key = 'Key';
export const state = 'State';
export const algorithm = 'Algorithm';
export const signsFrom = 'Signs from';
export const verifiesUntil = 'Verifies until';
export const actions = 'Actions';
export const makeANewKeyTitle = 'Make a new key?';
export const makeANewKey = 'Make a new key';
export const takeThisKeyOut = 'Take this key out?';
export const takeItOut = 'Take it out';
export const forAKeyThatMay =
  'For a key that may have leaked. Nothing it signed holds any more, from now on. People whose access token it signed are given a new one by their refresh token, and notice nothing.';
export const theBeginning = 'The beginning';
export const noEndYet = 'No end yet';
export const takeOut = 'Take out';
export const rollOverOf = (purpose: string) => `Roll over: ${purpose}`;
export const takeOutKey = (keyId: string) => `Take out ${keyId}`;
export const newKeyExplained = (purpose: string) =>
  `A new key for ${purpose.toLowerCase()} is made and published now. It begins to sign in ten minutes, when every server and service has it. What the present key has signed goes on to hold: nobody is signed out.`;
export const currentSigns = 'Current: signs';
