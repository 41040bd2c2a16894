export interface Mail {
  to: string;
  subject: string;
  text: string;
}

export type SendMail = (mail: Mail) => Promise<void>;

/** Until we have a provider, mails go to the console. */
export const logMail: SendMail = async ({ to, subject, text }) => {
  console.log(`mail to ${to}: ${subject}\n${text}`);
};
