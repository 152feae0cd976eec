export type {
  AccessRequest,
  Action,
  Approval,
  Audience,
  Party,
  Phase,
  RequestContext,
  RequestKey,
  Resource,
} from "./access-request.ts";
export { accessRequestSchema } from "./access-request-schema.ts";
export { canonicalJson } from "./canonical-json.ts";
export type {
  Catalogue,
  CatalogueFeature,
  CatalogueScope,
  CatalogueTarget,
  ResourceDeclaration,
  Risk,
} from "./catalogue.ts";
export { risks } from "./catalogue.ts";
export { catalogueTarget } from "./catalogue-target.ts";
export type { Decision, Effect, Obligation, Reason } from "./decision.ts";
export { denyFor, engineDeny, isPolicyCode } from "./decision.ts";
export { decisionSchema } from "./decision-schema.ts";
export type { EngineCode } from "./engine-code.ts";
export { engineCodes } from "./engine-code.ts";
export type { JsonArray, JsonObject, JsonValue } from "./json.ts";
export { isJsonObject } from "./json.ts";
export { parsePointer, pointerValue } from "./json-pointer.ts";
export type { VerificationCode } from "./key-code.ts";
export { verificationCodes } from "./key-code.ts";
export type { LimitedRequest } from "./key-limits.ts";
export { isGranted, keyLimits } from "./key-limits.ts";
export type { Problem } from "./problem.ts";
export { compareProblems, problemPlace } from "./problem.ts";
export { isRfc3339 } from "./rfc3339.ts";
export { covers, isGrant, isScope, meet } from "./scope.ts";
