import { refuse } from '@latchkey/trpc';
import express, { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { Logger } from '../process/log.ts';
import { requestIdOf } from './request-id.ts';
import { CSP_REPORTS } from './security-headers.ts';

const LIMIT = 16 * 1024;
/**
 * Maximum number of CSP reports logged in a minute. Anyone can send reports, and more of them add
 * no information.
 */
const MAX_REPORTS_PER_MINUTE = 60;

const text = z.string().max(2_048).optional();
/**
 * The body that `report-uri` sends (CSP 2); the schema after it is one report of what `report-to`
 * sends (CSP 3).
 */
const older = z.object({
  'csp-report': z.object({
    'document-uri': text,
    'effective-directive': text,
    'violated-directive': text,
    'blocked-uri': text,
  }),
});
const newer = z.object({
  type: z.literal('csp-violation'),
  body: z.object({ documentURL: text, effectiveDirective: text, blockedURL: text }),
});
const reports = z.union([
  older.transform((one) => [one]),
  z.array(z.union([newer, older])).max(20),
]);

/** One violation of a page's CSP, with its URLs reduced to origin and path. */
interface Violation {
  readonly directive: string | null;
  readonly blocked: string | null;
  readonly page: string | null;
}

/**
 * Accepts browsers' reports of CSP violations and logs each as `csp.violated`: the first sign of an
 * injected script.
 */
export function cspReports(logger: Logger, now: () => number): Router {
  const router = Router();
  let minute = 0;
  let told = 0;
  const take: RequestHandler = (req, res) => {
    const parsed = reports.safeParse(req.body);
    if (!parsed.success)
      throw refuse('invalid_input', { message: 'This is not a CSP violation report.' });
    const current = Math.floor(now() / 60_000);
    if (current !== minute) [minute, told] = [current, 0];
    for (const report of parsed.data)
      if (told++ < MAX_REPORTS_PER_MINUTE)
        logger.warn({ event: 'csp.violated', ...violationOf(report), requestId: requestIdOf(req) });
    res.status(204).end();
  };
  router.post(
    CSP_REPORTS,
    express.json({
      type: ['application/csp-report', 'application/reports+json'],
      limit: LIMIT,
      inflate: false,
    }),
    take,
  );
  return router;
}

function violationOf(report: z.infer<typeof older> | z.infer<typeof newer>): Violation {
  if ('body' in report) {
    const { documentURL, effectiveDirective, blockedURL } = report.body;
    return {
      directive: effectiveDirective ?? null,
      blocked: bare(blockedURL),
      page: bare(documentURL),
    };
  }
  const {
    'document-uri': page,
    'effective-directive': effective,
    'violated-directive': violated,
    'blocked-uri': blocked,
  } = report['csp-report'];
  return { directive: effective ?? violated ?? null, blocked: bare(blocked), page: bare(page) };
}

/**
 * Removes query and fragment of a URL, which may hold private data. A text that is not a URL is a
 * CSP keyword such as `inline`.
 */
function bare(address: string | undefined): string | null {
  if (address === undefined) return null;
  if (!URL.canParse(address)) return address.slice(0, 64);
  const { protocol, host, pathname } = new URL(address);
  return host ? `${protocol}//${host}${pathname}` : protocol;
}
