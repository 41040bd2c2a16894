import { refuse } from '@latchkey/trpc';
import express, { type RequestHandler } from 'express';

/** Maximum size of a request body, in bytes. */
export const BODY_LIMIT = 100 * 1024;
/**
 * Size in bytes up to which a body that is too large is read and discarded: if the connection were
 * closed while a proxy still sends it, the proxy would answer 502 instead of our 413.
 */
const DISCARD_LIMIT = 1024 * 1024;
/** Maximum nesting of objects and arrays in a JSON body; the app's inputs need four levels. */
const MAX_DEPTH = 32;

/**
 * Reads a JSON body as text: tRPC parses text itself, plain HTTP routes use {@link parseJson}.
 * Compressed bodies are refused, so that the size limit holds; deeply nested ones are refused
 * before they are parsed (ASVS 1.5.3).
 */
export const readJson: RequestHandler[] = [
  (req, res, next) => {
    const length = Number(req.headers['content-length'] ?? 0);
    if (length <= BODY_LIMIT) return next();
    /** Closes the connection, because the parser would first read the whole body. */
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

/** Parses the text of a JSON body for plain HTTP routes. An empty body gives undefined. */
export const parseJson: RequestHandler = (req, _res, next) => {
  try {
    if (typeof req.body === 'string') req.body = req.body === '' ? undefined : JSON.parse(req.body);
    next();
  } catch {
    next(refuse('invalid_input', { message: 'The request body is not valid JSON.' }));
  }
};

/**
 * Returns the values of a query string separately: a quote in one value would hide brackets of the
 * next.
 */
function queryValues(url: string): string[] {
  const at = url.indexOf('?');
  return at === -1 || url.length - at <= MAX_DEPTH
    ? []
    : [...new URLSearchParams(url.slice(at)).values()];
}

/** Whether a JSON text is nested too deeply. Brackets inside strings do not count. */
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
