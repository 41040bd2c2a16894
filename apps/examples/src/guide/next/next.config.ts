const api = process.env.API_ORIGIN ?? 'http://localhost:4000';

/** The page and the API share an origin: the browser knows Next alone. */
const config = {
  rewrites: async () => [{ source: '/trpc/:path*', destination: `${api}/trpc/:path*` }],
};
export default config;
