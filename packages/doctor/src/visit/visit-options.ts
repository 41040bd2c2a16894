/** The paths of an app that a visit requests, below the origin of its URL. */
export interface VisitPaths {
  /** The path that takes a POST of `{ username, password }` in JSON, signs in, and answers 200. */
  readonly login: string;
  /** The path that takes a POST of `{}` in JSON, and signs out. */
  readonly logout: string;
  /** The path that answers a GET with 200 to a signed-in caller, and with 401 to others. */
  readonly read: string;
  /**
   * The path that answers a GET with JSON that has the caller's address; of a list of sessions, the
   * one with `current: true` counts. If `null`, it is not checked whether forged addresses are
   * believed.
   */
  readonly address: string | null;
  /**
   * The path that answers a GET with an event stream which sends something at once; `null`: not
   * checked.
   */
  readonly stream: string | null;
  /** The path that accepts WebSockets; `null`: not checked. */
  readonly webSocket: string | null;
}

/** How the app calls its settings, for the fixes in findings. */
export interface SettingNames {
  /** The name of the setting for how many proxies, or which, are trusted. */
  readonly trustProxy: string;
  /** The name of the setting for the origins that may call. */
  readonly allowedOrigins: string;
  /** The name of the setting for the accepted values of `Host`. */
  readonly allowedHosts: string;
  /** The name of the setting from which keys are derived. */
  readonly secret: string;
}

/** The options of {@link visit}: where to sign in, as whom, and the app's paths. */
export interface VisitOptions {
  /** The address that browsers open; its path is ignored. */
  readonly url: URL;
  readonly username: string;
  readonly password: string;
  /** The app's paths; {@link DEFAULT_PATHS} for those left out. */
  readonly paths?: Partial<VisitPaths>;
  /**
   * The names, in lower case, of the headers that the app sends with every answer, refusals
   * included. `cache-control` means `no-store`. `strict-transport-security` counts over HTTPS only,
   * and is expected if there is no list.
   */
  readonly headers?: readonly string[] | null;
  /** The names of the app's settings; by default those of the packages and of Express. */
  readonly settings?: Partial<SettingNames>;
  /** Called with what the visit is waiting for. */
  readonly progress?: (text: string) => void;
  /** How many seconds an event stream may take to begin; by default four. */
  readonly streamSeconds?: number;
}

/** The options of a visit with all defaults. */
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

/**
 * A documentation address (RFC 5737), sent as forged client address: a server that reports it
 * trusts forged headers.
 */
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

/** Returns the part of an app that a proxy's rule is for: `/trpc` of `/trpc/auth.session`. */
export function areaOf(path: string): string {
  return `/${path.split('/')[1]}`;
}
