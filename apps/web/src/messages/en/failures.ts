export const unreachable = 'The server is not answering. Try again in a moment.';
export const internal = 'Something went wrong on the server. Try again in a moment.';

/** Shown in place of a page. */
export const unreachableTitle = 'The server is not answering';
export const unreachableLead =
  'You have not been signed out. This page tries again every few seconds and continues when ' +
  'the server answers.';
export const internalTitle = 'Something went wrong on the server';
export const internalLead = 'It could not answer this page’s request. Nothing you did is lost.';
