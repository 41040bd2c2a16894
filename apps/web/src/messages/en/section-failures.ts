/** Shown in place of a part of a page such as `Your sessions`. */
export const loadUnreachable = (subject: string) =>
  `${subject} could not be loaded: the server is not answering.`;
export const loadFailed = (subject: string) =>
  `${subject} could not be loaded: something went wrong on the server.`;
