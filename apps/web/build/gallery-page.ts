import type { Plugin } from 'vite';

/**
 * Serves the gallery at `/gallery`, which shows every component in its states. It exists on the
 * development server only, because no build starts from its HTML.
 */
export function galleryPage(): Plugin {
  return {
    name: 'gallery-page',
    apply: 'serve',
    configureServer({ middlewares }) {
      middlewares.use((request, _response, next) => {
        if (request.url && /^\/gallery\/?(?:\?|$)/.test(request.url)) request.url = '/gallery.html';
        next();
      });
    },
  };
}
