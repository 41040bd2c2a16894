import { type IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { appendToList } from './list-header.ts';

describe('appendToList (D9)', () => {
  it.each([
    [undefined, 'Origin, Sec-Fetch-Site'],
    ['Accept-Encoding', 'Accept-Encoding, Origin, Sec-Fetch-Site'],
    [['Accept', 'Accept-Language'], 'Accept, Accept-Language, Origin, Sec-Fetch-Site'],
    ['origin', 'origin, Sec-Fetch-Site'],
    ['Sec-Fetch-Site,Origin', 'Sec-Fetch-Site,Origin'],
    ['*', '*, Origin, Sec-Fetch-Site'],
  ])('adds Origin and Sec-Fetch-Site to the list header %j: %s', (present, expected) => {
    const response = new ServerResponse({ method: 'GET' } as IncomingMessage);
    if (present !== undefined) response.setHeader('vary', present);
    appendToList(response, 'vary', 'Origin, Sec-Fetch-Site');
    expect(response.getHeader('vary')).toBe(expected);
  });
});
