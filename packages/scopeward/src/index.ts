export type { Call } from "./call.ts";
export type { Configuration, KeysConfiguration, Limits, Verification } from "./configuration.ts";
export { defineConfiguration } from "./configuration.ts";
export type { Permissions } from "./permissions.ts";
export { openScopeward } from "./open-scopeward.ts";
export type { ScopewardErrorCode } from "./scopeward-error.ts";
export { ScopewardError } from "./scopeward-error.ts";
export type { Ward, WardEvents } from "./ward.ts";
export { problemPlace } from "@scopeward/core";
export type {
  AccessRequest,
  Catalogue,
  Decision,
  EngineCode,
  Problem,
  Reason,
} from "@scopeward/core";
export type {
  Changed,
  Constraints,
  DelegateRequest,
  Ended,
  IssueRequest,
  Issued,
  KeyChanges,
  KeyEvents,
  KeyRecord,
  Keys,
  LintFinding,
  ListFilter,
  ManyEnded,
  ManyKeys,
  MayGrant,
  Refusal,
  RefusalCode,
  Replayed,
  Rotated,
  Secret,
} from "@scopeward/keys";
export { denialOf } from "@scopeward/sdk";
export type {
  ApprovalRecord,
  Authorization,
  Caller,
  Denial,
  Enforcer,
  Execution,
  ModelCall,
  Narrowing,
  Notice,
  Permit,
  Principal,
  Run,
  Shadow,
  ToolBody,
  ToolCall,
  Verification as KeyVerification,
} from "@scopeward/sdk";
