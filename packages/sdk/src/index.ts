export type {
  AuditAppended,
  AuditEntry,
  AuditEntryType,
  AuditHealth,
  AuditLog,
} from "./audit-log.ts";
export type { Builtin, BuiltinDeclaration } from "./builtin.ts";
export { defineBuiltin } from "./builtin.ts";
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
export type { Clock } from "./clock.ts";
export { systemClock } from "./clock.ts";
export type { KeyVerifier, Verification, VerifyOptions } from "./key-verifier.ts";
export type { Freshness, KeyKind, Narrowing, Principal } from "./principal.ts";
export type { SecretProvider, SecretPurpose, SecretSet } from "./secret-provider.ts";
