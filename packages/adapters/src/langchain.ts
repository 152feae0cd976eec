export { AdapterError } from "./adapter-error.ts";
export type { AdapterErrorCode } from "./adapter-error.ts";
export type { ApprovalInterrupt } from "./langchain/approval-interrupt.ts";
export { guardTool } from "./langchain/guard-tool.ts";
export type { GuardableTool, GuardToolOptions } from "./langchain/guard-tool.ts";
export { scopewardMiddleware } from "./langchain/middleware.ts";
export type { ScopewardMiddleware, ScopewardMiddlewareOptions } from "./langchain/middleware.ts";
export type { AgentModel, ModelNaming } from "./langchain/model-guard.ts";
export type { PrincipalContext } from "./langchain/tool-run.ts";
