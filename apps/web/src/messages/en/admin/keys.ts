export const title = 'Keys';
export const lead =
  'Keys rotate by themselves. Rotate one by hand to be sure, or when it may have leaked.';
export const subject = 'The keys';

export const accessTokens = 'Access tokens';
export const accessTokensPurpose =
  'Sign access tokens. Other services verify with the public keys.';
export const refreshTokens = 'Refresh tokens';
export const refreshTokensPurpose =
  'Authenticate refresh tokens, so that a forged one is refused without asking the store.';

export const key = 'Key';
export const status = 'Status';
export const statusNext = 'Next: published, signs soon';
export const statusCurrent = 'Current: signs';
export const statusRetired = 'Retired: still verifies';
export const statusExpired = 'Expired: no longer verifies';
export const statusRevoked = 'Revoked';
export const algorithm = 'Algorithm';
export const signsFrom = 'Signs from';
export const noStart = 'The beginning';
export const verifiesUntil = 'Verifies until';
export const noEnd = 'No end yet';

export const rotate = 'Rotate';
export const rotateLabel = (purpose: string) => `Rotate: ${purpose}`;
export const rotateTitle = 'Create a new key?';
export const rotateConfirm = 'Create a new key';
export const rotateLead = (purpose: string) =>
  `A new key for ${purpose.toLowerCase()} is published now. It signs in ten minutes, when ` +
  'every server and service has it. What the current key has signed stays valid: all users ' +
  'stay signed in.';
export const rotated = 'A new key is published. It signs once every server and service has it.';
export const revoke = 'Revoke';
export const revokeLabel = (keyId: string) => `Revoke ${keyId}`;
export const revokeTitle = 'Revoke this key?';
export const revokeConfirm = 'Revoke the key';
export const revokeLead =
  'For a key that may have leaked. Whatever it signed is invalid from now on. A user whose ' +
  'access token it signed gets a new one with the refresh token, and notices nothing.';
export const revoked = 'The key is revoked. Whatever it signed is no longer valid.';
