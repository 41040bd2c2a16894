/** The paths of an app that a visit requests, below the origin of its URL. */
export interface VisitPaths {
  /** Takes a POST of `{ username, password }` in JSON, signs in, and answers 200. */
  readonly login: string;
  /** Takes a POST of `{}` in JSON, and signs out. */
  readonly logout: string;
  /** Answers a GET with 200 to a signed-in caller, and with 401 to others. */
  readonly read: string;
  /**
   * Answers a GET with JSON that has the caller's address; of a list of sessions, the one with
   * `current: true` counts. `null`: it is not checked whether forged addresses are believed.
   */
  readonly address: string | null;
  /** Answers a GET with an event stream that sends something at once. `null`: not checked. */
  readonly stream: string | null;
  /** Accepts WebSockets. `null`: not checked. */
  readonly webSocket: string | null;
}

/** The names of an app's settings, for the fixes. */
export interface SettingNames {
  /** How many proxies, or which, are trusted. */
  readonly trustProxy: string;
  /** The origins that may call. */
  readonly allowedOrigins: string;
  /** The values of `Host` that are accepted. */
  readonly allowedHosts: string;
  /** What keys are derived from. */
  readonly secret: string;
}

/** Where to sign in, as whom, and what to know of the app. */
export interface VisitOptions {
  /** The address that browsers open; its path is ignored. */
  readonly url: URL;
  readonly username: string;
  readonly password: string;
  /** By default {@link DEFAULT_PATHS}, each. */
  readonly paths?: Partial<VisitPaths>;
  /**
   * Names, in lower case, of the headers that the app sends with every answer, refusals included.
   * `cache-control` means `no-store`. `strict-transport-security` counts over HTTPS only, and is
   * expected if there is no list.
   */
  readonly headers?: readonly string[] | null;
  /** By default those of the packages and of Express, each. */
  readonly settings?: Partial<SettingNames>;
  /** Called with what the visit waits for. */
  readonly progress?: (text: string) => void;
  /** Seconds that an event stream may take to begin; by default four. */
  readonly streamSeconds?: number;
}

/** Options with their defaults. */
export interface Visit extends Omit<Required<VisitOptions>, 'paths' | 'settings'> {
  readonly paths: VisitPaths;
  readonly settings: SettingNames;
}

/**
 * The paths of the reference app; those of a stream, a WebSocket and the caller's address have no
 * default.
 */
export const DEFAULT_PATHS: VisitPaths = {
  login: '/login',
  logout: '/logout',
  read: '/dashboard',
  address: null,
  stream: null,
  webSocket: null,
};

const DEFAULT_SETTINGS: SettingNames = {
  trustProxy: 'Express’s trust proxy',
  allowedOrigins: 'allowedOrigins',
  allowedHosts: 'the hosts that the app accepts',
  secret: 'secret',
};

export const HSTS = 'strict-transport-security';

/** A documentation address (RFC 5737): a server that reports it trusts forged headers. */
export const SPOOFED = '203.0.113.77';

export function withDefaults({ paths, settings, ...options }: VisitOptions): Visit {
  return {
    headers: null,
    progress: () => {},
    streamSeconds: 4,
    ...options,
    paths: { ...DEFAULT_PATHS, ...paths },
    settings: { ...DEFAULT_SETTINGS, ...settings },
  };
}

/** The part of an app that a proxy's rule is for: `/trpc` of `/trpc/auth.session`. */
export function areaOf(path: string): string {
  return `/${path.split('/')[1]}`;
}
