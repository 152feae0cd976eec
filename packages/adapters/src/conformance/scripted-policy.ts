import type {
  AccessRequest,
  Catalogue,
  CatalogueTarget,
  Decision,
  JsonObject,
  Obligation,
} from "@scopeward/core";
import { denyFor } from "@scopeward/core";
import type { DecidingPolicy, PolicyDecisionPoint } from "@scopeward/sdk";
import { brokenAnswer } from "./port-fault.ts";
import type { BrokenPorts } from "./port-fault.ts";

/** What the policy of a case says of one tool, or of one model. */
export type Script = (request: AccessRequest) => Decision;

/** An allow, with what a policy may add to it. */
export function allow(
  added: { readonly args?: JsonObject; readonly obligations?: readonly Obligation[] } = {},
): Decision {
  return { effect: "allow", reasons: [], obligations: [], ...added };
}

/** A deny for one reason. */
export function deny(code: string, message?: string): Decision {
  return denyFor([message === undefined ? { code } : { code, message }]);
}

/** A question to a person, until an answer for the code is in the request. */
export function ask(request: AccessRequest, code: string): Decision {
  if (request.phase === "list" || request.approval?.codes.includes(code) === true) return allow();
  return { effect: "require_approval", reasons: [{ code }], obligations: [] };
}

/** A PDP whose answers a case gives for each tool and model; what it was given none for is denied. */
export class ScriptedPolicy implements PolicyDecisionPoint {
  /** All that it was asked. */
  readonly requests: AccessRequest[] = [];
  readonly #broken: BrokenPorts;
  #scripts: Readonly<Record<string, Script>> = {};
  #models: Readonly<Record<string, Script>> = {};
  #revision = 0;

  constructor(broken: BrokenPorts) {
    this.#broken = broken;
  }

  /** Replaces what it says, as a reload does. */
  load(
    scripts: Readonly<Record<string, Script>>,
    models: Readonly<Record<string, Script>> = {},
  ): void {
    this.#scripts = scripts;
    this.#models = models;
    this.#revision += 1;
  }

  current(): DecidingPolicy {
    const [scripts, models] = [this.#scripts, this.#models];
    return {
      revision: `sha256:${String(this.#revision).padStart(64, "0")}`,
      catalogue: catalogueOf(Object.keys(scripts), Object.keys(models)),
      decide: (request) => {
        this.requests.push(request);
        if (this.#broken.policy !== undefined) return brokenAnswer(this.#broken.policy);
        const { action, resource } = request;
        const script =
          action.type === "model"
            ? scriptOf(models, resource?.id ?? "")
            : scriptOf(scripts, action.name);
        return script?.(request) ?? deny("scope:unknown");
      },
    };
  }
}

function scriptOf(scripts: Readonly<Record<string, Script>>, name: string): Script | undefined {
  return Object.hasOwn(scripts, name) ? scripts[name] : undefined;
}

function catalogueOf(tools: readonly string[], models: readonly string[]): Catalogue {
  const target: CatalogueTarget = {
    features: ["conformance"],
    scopes: { internal: ["conformance:use"], external: [] },
  };
  return {
    features: { conformance: { scopes: ["conformance:use"] } },
    scopes: {
      "conformance:use": {
        feature: "conformance",
        tools: tools.toSorted(),
        models: models.toSorted(),
        audiences: ["internal"],
        requires: [],
      },
    },
    tools: Object.fromEntries(tools.map((name) => [name, target])),
    models: Object.fromEntries(models.map((name) => [name, target])),
  };
}
