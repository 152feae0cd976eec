export type { AuditErrorCode } from "./audit-error.ts";
export { AuditError } from "./audit-error.ts";
export { openJsonLines } from "./json-lines.ts";
export { readEntries } from "./read-entries.ts";
