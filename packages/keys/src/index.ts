export type { KeyEvents } from "./key-events.ts";
export type {
  Changed,
  DelegateRequest,
  Ended,
  IssueRequest,
  Issued,
  KeyChanges,
  Keys,
  ListFilter,
  ManyEnded,
  ManyKeys,
  Reason,
  Replayed,
  Rotated,
} from "./keys.ts";
export type { KeysErrorCode } from "./keys-error.ts";
export { KeysError } from "./keys-error.ts";
export type { KeysOptions } from "./open-keys.ts";
export { openKeys } from "./open-keys.ts";
export { declaredConstraints } from "./operations/declared-constraints.ts";
export type { LintFinding, LintRule, LintSources } from "./operations/lint-finding.ts";
export type { Refusal, RefusalCode } from "./operations/refusal.ts";
export type {
  Constraints,
  KeyRecord,
  KeyStatus,
  MayGrant,
  SecretVersion,
} from "./record/key-record.ts";
export type { EnvironmentSecretsOptions } from "./secrets/environment.ts";
export { environmentSecrets } from "./secrets/environment.ts";
export type { FirstPepperOptions } from "./secrets/first-pepper.ts";
export { firstPepper } from "./secrets/first-pepper.ts";
export type { SecretFile, SecretFileOptions } from "./secrets/secret-file.ts";
export { secretFile } from "./secrets/secret-file.ts";
export type { SecretFileErrorCode } from "./secrets/secret-file-error.ts";
export { SecretFileError } from "./secrets/secret-file-error.ts";
export type {
  Changes,
  Commit,
  CommitResult,
  IdempotencyRecord,
  KeyQuery,
  KeyStore,
  KeyStoreErrorCode,
  KeyWrite,
  PendingEntry,
  StoredKey,
  StoreHealth,
} from "./store/key-store.ts";
export { KeyStoreError } from "./store/key-store.ts";
export { openKeyStore } from "./store/store-url.ts";
export type { FoundToken, ScannedToken } from "./token/detection.ts";
export { findTokens, redactTokens, tokenPattern } from "./token/detection.ts";
export { Secret } from "./token/secret.ts";
export type { ParsedToken } from "./token/token.ts";
export type { ScanFinding } from "./token/token-scan.ts";
export { scanPath, scanStream } from "./token/token-scan.ts";
export { mintToken, parseToken } from "./token/token.ts";
export { isPrincipal } from "./verification/principal.ts";
