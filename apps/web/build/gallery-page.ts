import type { Plugin } from 'vite';

/**
 * Every component in its states, at `/gallery`. A page of the development server only: no build
 * starts from its HTML.
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
