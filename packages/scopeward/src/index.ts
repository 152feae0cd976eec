export type { Configuration, Limits, Verification } from "./configuration.ts";
export { defineConfiguration } from "./configuration.ts";
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
