/** Completes a fault that the server states without a subject: `must be at least 15 characters`. */
export const fault = (text: string) => `This ${text}`;
