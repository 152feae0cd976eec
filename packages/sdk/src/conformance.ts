export type {
  ApprovalChannelCase,
  ApprovalChannelHarness,
} from "./conformance/approval-channel-case.ts";
export { approvalChannelCases } from "./conformance/approval-channel-cases.ts";
export type { AuditLogCase, AuditLogHarness } from "./conformance/audit-log-cases.ts";
export { auditLogCases } from "./conformance/audit-log-cases.ts";
export type { BuiltinCase, BuiltinHarness } from "./conformance/builtin-cases.ts";
export { builtinCases } from "./conformance/builtin-cases.ts";
export type { BundleSourceCase, BundleSourceHarness } from "./conformance/bundle-source-cases.ts";
export { bundleSourceCases } from "./conformance/bundle-source-cases.ts";
export type { ObligationCase, ObligationHarness } from "./conformance/obligation-cases.ts";
export { obligationCases } from "./conformance/obligation-cases.ts";
export type { ObligationSample } from "./conformance/obligation-samples.ts";
export type {
  SecretProviderCase,
  SecretProviderHarness,
} from "./conformance/secret-provider-cases.ts";
export { secretProviderCases } from "./conformance/secret-provider-cases.ts";
export type { ClockCase, ClockHarness } from "./conformance/clock-cases.ts";
export { clockCases } from "./conformance/clock-cases.ts";
export type {
  ContextProviderCase,
  ContextProviderHarness,
} from "./conformance/context-provider-cases.ts";
export { contextProviderCases } from "./conformance/context-provider-cases.ts";
export type {
  IssuedKey,
  KeyVerifierCase,
  KeyVerifierHarness,
} from "./conformance/key-verifier-cases.ts";
export { keyVerifierCases } from "./conformance/key-verifier-cases.ts";
export type { LimiterCase, LimiterHarness } from "./conformance/limiter-cases.ts";
export { limiterCases } from "./conformance/limiter-cases.ts";
export type {
  NormaliserCase,
  NormaliserHarness,
  NormaliserSample,
} from "./conformance/normaliser-cases.ts";
export { normaliserCases } from "./conformance/normaliser-cases.ts";
