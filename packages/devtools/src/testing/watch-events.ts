import type { Browser } from '@latchkey/core/testing';
import type {
  InspectorAnswer,
  InspectorEnd,
  InspectorEvent,
  InspectorHello,
} from '../inspector-event.ts';

/** Reads the event stream below an address byte by byte, and keeps all of it. */
export async function watchEvents(inspector: string, browser: Browser) {
  const gone = new AbortController();
  const response = await browser.fetch(`${inspector}/events`, { signal: gone.signal });
  if (response.status !== 200 || !response.body)
    throw new Error(`${inspector}/events answered ${response.status}`);
  let text = '';
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<InspectorEnd | null>();

  const messages = <Data>(event: string): Data[] =>
    [...text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].flatMap(([, name, data = '']) =>
      name === event ? [JSON.parse(data) as Data] : [],
    );

  async function read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes('\n\n')) begun.resolve();
    }
  }
  read(response.body as ReadableStream<Uint8Array>)
    .catch(() => {})
    .finally(() => ended.resolve(messages<InspectorEnd>('ended')[0] ?? null));

  await begun.promise;
  return {
    text: () => text,
    hello: () => messages<InspectorHello>('hello')[0] as InspectorHello,
    events: () => messages<InspectorEvent>('message'),
    answers: () => messages<InspectorAnswer>('answer'),
    /** The cause with which the stream ended; null without a cause. */
    ended: ended.promise,
    close: () => gone.abort(),
  };
}
