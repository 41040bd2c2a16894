import { refuse } from '@latchkey/trpc';
import express, { type RequestHandler } from 'express';

/** Maximum size of a body, in bytes. */
export const BODY_LIMIT = 100 * 1024;
/**
 * A body that is too large is read and discarded up to this size, in bytes: closing while a proxy
 * still sends it would make the proxy answer 502 instead of our 413.
 */
const DISCARD_LIMIT = 1024 * 1024;
/** Maximum nesting of objects and arrays; our inputs need four. */
const MAX_DEPTH = 32;

/**
 * Reads a JSON body as text: tRPC parses text itself, plain HTTP with {@link parseJson}. Compressed
 * bodies are refused, so that the limit holds; deeply nested ones are refused before they are
 * parsed (ASVS 1.5.3).
 */
export const readJson: RequestHandler[] = [
  (req, res, next) => {
    const length = Number(req.headers['content-length'] ?? 0);
    if (length <= BODY_LIMIT) return next();
    /** The parser would read the whole body first. */
    if (length > DISCARD_LIMIT) res.setHeader('connection', 'close');
    next(refuse('body_too_large'));
  },
  express.text({ type: 'application/json', limit: BODY_LIMIT, inflate: false }),
  (req, _res, next) => {
    const deep =
      queryValues(req.url).some(isDeep) || (typeof req.body === 'string' && isDeep(req.body));
    next(
      deep
        ? refuse('invalid_input', {
            message: `JSON may be nested ${MAX_DEPTH} levels deep at most.`,
          })
        : undefined,
    );
  },
];

/** Parses the text, for plain HTTP routes. An empty body is undefined. */
export const parseJson: RequestHandler = (req, _res, next) => {
  try {
    if (typeof req.body === 'string') req.body = req.body === '' ? undefined : JSON.parse(req.body);
    next();
  } catch {
    next(refuse('invalid_input', { message: 'The request body is not valid JSON.' }));
  }
};

/** Checked one by one: a quote in one value would hide brackets of the next. */
function queryValues(url: string): string[] {
  const at = url.indexOf('?');
  return at === -1 || url.length - at <= MAX_DEPTH
    ? []
    : [...new URLSearchParams(url.slice(at)).values()];
}

/** Brackets inside strings do not count. */
function isDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else inString = character !== '"';
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (character === ']' || character === '}') depth -= 1;
  }
  return false;
}
