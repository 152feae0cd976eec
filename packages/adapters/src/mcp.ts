export type { PolicyArguments } from "./mcp/server-target.ts";
export type { AuthInfo, ConnectionCaller } from "./mcp/server-context.ts";
export { McpDenialError } from "./mcp/server-denial.ts";
export type { McpGuardErrorCode } from "./mcp/server-error.ts";
export { McpGuardError } from "./mcp/server-error.ts";
export type { GuardableServer, GuardServerOptions, ProtocolServer } from "./mcp/server-guard.ts";
export { guardServer } from "./mcp/server-guard.ts";
export type { GuardedTransportErrorCode } from "./mcp/transport-error.ts";
export { GuardedTransportError } from "./mcp/transport-error.ts";
export type {
  AnyTransport,
  GuardedTransport,
  GuardTransportOptions,
} from "./mcp/transport-guard.ts";
export { guardTransport } from "./mcp/transport-guard.ts";
export type { HttpServer, HttpServerTransport } from "./mcp/transport-http.ts";
export { openHttpServer } from "./mcp/transport-http.ts";
