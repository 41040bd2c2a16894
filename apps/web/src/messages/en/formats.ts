/** The language of these messages, for dates, numbers and the page itself (BCP 47). */
export const locale = 'en-GB';
export const justNow = 'just now';
