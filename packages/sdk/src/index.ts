export type {
  AuditAppended,
  AuditEntry,
  AuditEntryType,
  AuditHealth,
  AuditLog,
} from "./audit-log.ts";
export type {
  AccessCode,
  AccessRequirement,
  AccessVerification,
  AccessVerifier,
} from "./access-verifier.ts";
export type { Builtin, BuiltinDeclaration } from "./builtin.ts";
export { defineBuiltin } from "./builtin.ts";
export type { BundleReading, BundleSource } from "./bundle-source.ts";
export { isBundleSource } from "./bundle-source.ts";
export type {
  BuildResult,
  CheckResult,
  Compiler,
  CompilerHost,
  Coverage,
  EvaluateOptions,
  EvaluateResult,
  ExplainedRule,
  FileCoverage,
  FormatResult,
  InspectedEntry,
  InspectResult,
  PolicyFiles,
  SigningOptions,
  SourceOptions,
  TestOptions,
  TestOutcome,
  TestResult,
} from "./compiler.ts";
export type { Evaluation, Evaluator } from "./evaluator.ts";
export type { Plugin } from "./plugin.ts";
export { definePlugin, isPlugin } from "./plugin.ts";
export type { RegoType, RegoTypeJson, TypeOf } from "./rego-type.ts";
export { type } from "./rego-type.ts";
export { fitsType } from "./declared-type.ts";
export type { Clock } from "./clock.ts";
export { systemClock } from "./clock.ts";
export type { KeyVerifier, Verification, VerifyOptions } from "./key-verifier.ts";
export type { Freshness, KeyKind, Narrowing, Principal } from "./principal.ts";
export type { SecretProvider, SecretPurpose, SecretSet } from "./secret-provider.ts";
export type {
  ApprovalAnswer,
  ApprovalChange,
  ApprovalChannel,
  ApprovalCreated,
  ApprovalFilter,
  ApprovalRecord,
  ApprovalRequest,
  ApprovalStatus,
  AskedAnswer,
} from "./approval-channel.ts";
export type { ContextProvider, ContextQuestion, ProvidedContext } from "./context-provider.ts";
export type {
  Allowed,
  ApprovalNeeded,
  ApprovalOutcome,
  Authorization,
  Denied,
  Execution,
  Listing,
  Permit,
  Run,
  ToolBody,
  ToolRun,
} from "./enforcement/authorization.ts";
export type {
  Caller,
  ModelCall,
  Surroundings,
  ToolArguments,
  ToolCall,
  ToolListing,
} from "./enforcement/call.ts";
export type { Denial } from "./enforcement/denial.ts";
export { denialOf } from "./enforcement/denial.ts";
export type {
  BuiltInObligation,
  EnforcerBounds,
  EnforcerParts,
} from "./enforcement/enforcer-parts.ts";
export type { Enforcer } from "./enforcement/enforcer-port.ts";
export { approvalTool } from "./enforcement/enforcer-port.ts";
export type { Notice } from "./enforcement/notice.ts";
export type { Shadow } from "./enforcement/shadow.ts";
export type { LimitedCall, Limiter, Reservation } from "./limiter.ts";
export type { Normalised, Normaliser, NormaliserTarget } from "./normaliser.ts";
export type {
  AfterObligation,
  BeforeObligation,
  ObligationDuty,
  ObligationHandler,
  ObligationReport,
  TransformedResult,
} from "./obligation.ts";
export { defineObligation } from "./obligation.ts";
export type { DecidingPolicy, PolicyDecisionPoint } from "./policy-decision-point.ts";
