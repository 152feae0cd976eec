export type { AuditLogCase, AuditLogHarness } from "./conformance/audit-log-cases.ts";
export { auditLogCases } from "./conformance/audit-log-cases.ts";
export type {
  SecretProviderCase,
  SecretProviderHarness,
} from "./conformance/secret-provider-cases.ts";
export { secretProviderCases } from "./conformance/secret-provider-cases.ts";
