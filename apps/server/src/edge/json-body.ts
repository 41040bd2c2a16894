import { refuse } from '@latchkey/trpc';
import express, { type RequestHandler } from 'express';

/** Bytes of a body, at most. */
export const BODY_LIMIT = 100 * 1024;
/**
 * Up to here a body that is too large is taken and thrown away: closing while a proxy still sends
 * it would have the proxy say 502 instead of our 413.
 */
const DISCARD_LIMIT = 1024 * 1024;
/** How deep objects and lists may stand in each other; ours need four. */
const MAX_DEPTH = 32;

/**
 * Reads a JSON body as text: tRPC parses text itself, plain HTTP with {@link parseJson}. Compressed
 * ones are not taken, so that what is counted is what comes; deep ones are refused before anything
 * walks through them (ASVS 1.5.3).
 */
export const readJson: RequestHandler[] = [
  (req, res, next) => {
    const length = Number(req.headers['content-length'] ?? 0);
    if (length <= BODY_LIMIT) return next();
    /** The parser would read all of it first. */
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

/** The text as a value, for routes of plain HTTP. No body is none. */
export const parseJson: RequestHandler = (req, _res, next) => {
  try {
    if (typeof req.body === 'string') req.body = req.body === '' ? undefined : JSON.parse(req.body);
    next();
  } catch {
    next(refuse('invalid_input', { message: 'The request body is not valid JSON.' }));
  }
};

/** Each on its own: a quote in one would hide brackets of the next. */
function queryValues(url: string): string[] {
  const at = url.indexOf('?');
  return at === -1 || url.length - at <= MAX_DEPTH
    ? []
    : [...new URLSearchParams(url.slice(at)).values()];
}

/** Brackets within strings do not count. */
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
