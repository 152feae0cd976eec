import type {
  ApprovalChannel,
  BundleSource,
  EnforcerBounds,
  Limiter,
  Plugin,
  Shadow,
} from "@scopeward/sdk";

/** Bounds of one evaluation. What goes beyond one is a deny, never a crash. */
export interface Limits {
  /** Bytes of the request as JSON text, 1,048,576 by default; beyond: `engine:input_too_large`. */
  readonly inputBytes?: number;
  /** Nesting of the request, 64 by default; beyond: `engine:input_too_large`. */
  readonly inputDepth?: number;
  /** Bytes of memory for one evaluator; beyond: `engine:evaluation_failed`. */
  readonly memoryBytes?: number;
  /** Milliseconds for one decision with `isolation: "worker"`; beyond: `engine:timeout`. */
  readonly timeoutMs?: number;
}

/**
 * Which bundles are trusted: those signed with the key that belongs to this one. Without `state`
 * every bundle that the key ever signed is accepted, however old.
 */
export interface Verification {
  /** Public key, PEM or JWK as text. One of `key` and `keyFile` is there. */
  readonly key?: string;
  /** File with the public key. */
  readonly keyFile?: string;
  /** JWS algorithm, found from the key where absent. */
  readonly algorithm?: string;
}

/** Where keys are kept. */
export interface KeysConfiguration {
  /**
   * `sqlite:<path>`, `postgres://…` or `redis://…`; without it `keys.db` in the state folder. Relative
   * paths start at the configuration file's folder.
   */
  readonly store?: string;
  /** Whose keys these are; `default` where absent. */
  readonly tenant?: string;
  /**
   * File with the pepper, outside the state folder. Without it the variable `SCOPEWARD_PEPPER`, else a
   * file in the user's configuration folder, which the first start makes.
   */
  readonly pepperFile?: string;
  /** Whether an owner such as `user:ada` is still there, for `lint`; not looked at where absent. */
  readonly knownOwner?: (owner: string) => Promise<boolean>;
}

/**
 * How Scopeward is opened: the argument of `openScopeward`, and what a configuration file exports.
 * Relative paths start at the configuration file's folder, else at the current one.
 */
export interface Configuration {
  /**
   * Folder of policies, or a bundle that `scopeward build` wrote: its file, or a source that it is
   * read from. Name the signer of what comes from a source in `verify`.
   */
  readonly policies?: string | BundleSource;
  /**
   * Folder for what must outlive the process: keys, the audit log, the highest bundle sequence seen.
   * Keys and log are in `.scopeward` where absent; it is made when the first key is.
   */
  readonly state?: string;
  readonly keys?: KeysConfiguration;
  /** Reload when the policies change; off by default. */
  readonly watch?: boolean;
  /** Modules that default-export a plugin, or plugins themselves. */
  readonly plugins?: readonly (Plugin | string | URL)[];
  /** Globs that are left out of the policy folder. */
  readonly ignore?: readonly string[];
  /** Demands a signature of every bundle file; a folder of policies cannot be opened then. */
  readonly verify?: Verification;
  /**
   * Where policies run: in this thread (`none`, the default), or each decision in a worker that is
   * replaced at the deadline, for policies that nobody trusts.
   */
  readonly isolation?: "none" | "worker";
  readonly limits?: Limits;
  /** Where questions to people are kept; a queue in the state folder (`approvals.db`) where absent. */
  readonly approvals?: ApprovalChannel;
  /** Counts what runs; nothing is counted where absent. */
  readonly limiter?: Limiter;
  /** Features that are decided and recorded, and not enforced, until a date. */
  readonly shadow?: Shadow;
  /** Types of obligations that the policies use: one that nobody carries out is refused at the start. */
  readonly expects?: readonly string[];
  /** Bounds of the path around a call. */
  readonly enforcer?: EnforcerBounds;
}

/**
 * Gives its argument back: a configuration file that uses it is checked and completed by the editor.
 *
 * @example
 * // scopeward.config.ts
 * export default defineConfiguration({ policies: "policies", watch: true });
 */
export function defineConfiguration(configuration: Configuration): Configuration {
  return configuration;
}
