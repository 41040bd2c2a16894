import { refuse } from '@latchkey/trpc';
import type { RequestHandler } from 'express';

/** A body must be JSON, and says so; no body needs no content type. Forms, which any site can send, are refused here (ASVS 3.5.3). */
export const refuseOtherThanJson: RequestHandler = (req, _res, next) => {
  const type = req.headers['content-type'];
  const named = type !== undefined && !req.method.match(/^(GET|HEAD|OPTIONS)$/);
  const isJson = /^application\/json\s*(;|$)/i.test(type ?? '');
  const unnamed = type === undefined && Number(req.headers['content-length'] ?? 0) > 0;
  next((named && !isJson) || unnamed ? refuse('unsupported_media_type') : undefined);
};
