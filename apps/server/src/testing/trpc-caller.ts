import type { Browser } from '@latchkey/core/testing';

interface Answer<Data> {
  readonly status: number;
  readonly data: Data | undefined;
  readonly error:
    | { readonly message: string; readonly data: { readonly reason: string } }
    | undefined;
}

/**
 * Calls tRPC procedures by name as a browser does, and returns status, data and error as received.
 */
export function caller(browser: Browser) {
  const answer = <Data>(status: number, body: string): Answer<Data> => {
    const { result, error } = JSON.parse(body) as {
      result?: { data: Data };
      error?: Answer<Data>['error'];
    };
    return { status, data: result?.data, error };
  };
  return {
    async query<Data>(path: string, input?: unknown): Promise<Answer<Data>> {
      const query =
        input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
      const { status, body } = await browser.request(`/trpc/${path}${query}`);
      return answer<Data>(status, body);
    },
    /** Opens a subscription over SSE, and returns the error if it fails at once. */
    async subscribe(path: string, input?: unknown): Promise<Answer<never>> {
      const { body } = await browser.request(
        `/trpc/${path}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`,
      );
      const [, told = '{}'] = /event: serialized-error\ndata: (.*)/.exec(body) ?? [];
      const error = JSON.parse(told) as {
        message: string;
        data: { reason: string; httpStatus: number };
      };
      return { status: error.data?.httpStatus ?? 200, data: undefined, error };
    },
    async mutate<Data>(path: string, input?: unknown): Promise<Answer<Data>> {
      const { status, body } = await browser.post(`/trpc/${path}`, input);
      return answer<Data>(status, body);
    },
  };
}
