export { createEnforcer } from "./enforcement/create-enforcer.ts";
export { EnforcerError } from "./enforcement/enforcer-error.ts";
export type { EnforcerErrorCode } from "./enforcement/enforcer-error.ts";
export { accessRequestOf, withinKeyLimits } from "./enforcement/access-request.ts";
export type { RequestSubjectMatter } from "./enforcement/access-request.ts";
