import type { Plugin } from 'vite';

/**
 * Serves the gallery, every component in its states, at `/gallery`. On the development server only:
 * no build starts from its HTML.
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
