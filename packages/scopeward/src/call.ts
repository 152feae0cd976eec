import type {
  AccessRequest,
  Action,
  Catalogue,
  Decision,
  JsonObject,
  Phase,
  Resource,
} from "@scopeward/core";
import { keyLimits } from "@scopeward/core";
import type { Principal } from "@scopeward/sdk";

/**
 * What a principal wants to do. Who it is, with which key, when and from where is not here: that
 * comes from the principal and the clock.
 */
export interface Call {
  /** `call` where absent. */
  readonly phase?: Phase;
  readonly action: Action;
  readonly resource?: Resource;
  /** The tool's arguments; absent at phase `list`. */
  readonly args?: JsonObject;
  /** What your directory knows of the subject, such as its groups. */
  readonly subjectProperties?: JsonObject;
  readonly session?: string;
  readonly facts?: JsonObject;
}

/** The request of a verified principal at one point in time. */
export function requestOf(principal: Principal, call: Call, wallMs: number): AccessRequest {
  const { action, resource, args, subjectProperties, session, facts } = call;
  const { subject, actors, key, tenant, address } = principal;
  return {
    phase: call.phase ?? "call",
    subject:
      subjectProperties === undefined ? subject : { ...subject, properties: subjectProperties },
    ...(actors.length === 0 ? {} : { actors }),
    key,
    action,
    ...(resource === undefined ? {} : { resource }),
    ...(args === undefined ? {} : { args }),
    context: {
      time: new Date(wallMs).toISOString(),
      tenant,
      ...(address === undefined ? {} : { ip: address }),
      ...(session === undefined ? {} : { session }),
      ...(facts === undefined ? {} : { facts }),
    },
  };
}

/** A decision, ANDed with the key's own limits: no policy can add to them. */
export function withinLimits(
  decision: Decision,
  catalogue: Catalogue,
  request: AccessRequest,
): Decision {
  if (decision.effect === "deny") return decision;
  const reasons = keyLimits(catalogue, request);
  return reasons.length === 0 ? decision : { effect: "deny", reasons, obligations: [] };
}
