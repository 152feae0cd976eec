import type {
  AccessRequest,
  Action,
  Approval,
  Catalogue,
  Decision,
  JsonObject,
  Phase,
  Resource,
} from "@scopeward/core";
import { denyFor, keyLimits } from "@scopeward/core";
import type { Principal } from "../principal.ts";

/** What a principal wants to do; who that is, with which key, when and from where is not here. */
export interface RequestSubjectMatter {
  /** `call` where absent. */
  readonly phase?: Phase;
  readonly action: Action;
  readonly resource?: Resource;
  /** Absent at phase `list`. */
  readonly args?: JsonObject;
  readonly approval?: Approval;
  readonly subjectProperties?: JsonObject;
  readonly session?: string;
  readonly facts?: JsonObject;
}

/** The request of a verified principal at one point in time. */
export function accessRequestOf(
  principal: Principal,
  matter: RequestSubjectMatter,
  wallMs: number,
): AccessRequest {
  const { action, resource, args, approval, subjectProperties, session, facts } = matter;
  const { subject, actors, key, tenant, address } = principal;
  return {
    phase: matter.phase ?? "call",
    subject:
      subjectProperties === undefined ? subject : { ...subject, properties: subjectProperties },
    ...(actors.length === 0 ? {} : { actors }),
    key,
    action,
    ...(resource === undefined ? {} : { resource }),
    ...(args === undefined ? {} : { args }),
    ...(approval === undefined ? {} : { approval }),
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
export function withinKeyLimits(
  decision: Decision,
  catalogue: Catalogue,
  request: AccessRequest,
): Decision {
  if (decision.effect === "deny") return decision;
  const reasons = keyLimits(catalogue, request);
  return reasons.length === 0 ? decision : denyFor(reasons);
}
