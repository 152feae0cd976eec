import { sqliteApprovals } from "@scopeward/approvals";
import type { Keys } from "@scopeward/keys";
import { httpNormaliser, sqlNormaliser } from "@scopeward/normalisers";
import type { AuditLog, DecidingPolicy, Enforcer, Notice } from "@scopeward/sdk";
import { createEnforcer } from "@scopeward/sdk/enforcer";
import { approvalsPath } from "./approvals-path.ts";
import type { Settings } from "./resolve-options.ts";

/** What of a ward its Enforcer stands on. */
export interface EnforcerGround {
  readonly settings: Settings;
  readonly keys: Keys;
  readonly audit: AuditLog;
  readonly current: () => DecidingPolicy | undefined;
  /** @throws where nobody can be told. */
  readonly notify: (notice: Notice) => void;
}

/**
 * The Enforcer of a ward. Nothing is read or made before the first call.
 * @throws TypeError for parts of plugins or of the configuration that cannot work.
 */
export function openWardEnforcer(ground: EnforcerGround): Enforcer {
  const { settings, keys, audit, current, notify } = ground;
  const { enforcement, plugins } = settings;
  const { limiter, shadow, expects, enforcer: bounds } = enforcement;
  const parts = plugins.map(({ plugin }) => plugin);
  const { tenant, state } = settings.keys;
  return createEnforcer({
    keys,
    audit,
    policy: { current },
    notify,
    approvals: enforcement.approvals ?? sqliteApprovals(approvalsPath(state)),
    obligations: parts.flatMap(({ obligations = [] }) => obligations),
    contextProviders: parts.flatMap(({ contextProviders = [] }) => contextProviders),
    normalisers: [
      sqlNormaliser(),
      httpNormaliser(),
      ...parts.flatMap(({ normalisers = [] }) => normalisers),
    ],
    ...(tenant === undefined ? {} : { tenant }),
    ...(limiter === undefined ? {} : { limiter }),
    ...(shadow === undefined ? {} : { shadow }),
    ...(expects === undefined ? {} : { expects }),
    ...(bounds === undefined ? {} : { bounds }),
  });
}
