/** Why a server could not be guarded. */
export type McpGuardErrorCode = "server_unknown" | "already_guarded";

const explanations: Readonly<Record<McpGuardErrorCode, string>> = {
  server_unknown:
    "this is no server of an MCP SDK that the guard knows; use @modelcontextprotocol/server 2.4 or @modelcontextprotocol/sdk 1.32",
  already_guarded: "this server is guarded already; guard each server once",
};

const brand = Symbol.for("scopeward.McpGuardError");

/** A server that the guard cannot stand in front of. It was not changed. */
export class McpGuardError extends Error {
  override readonly name = "McpGuardError";
  readonly code: McpGuardErrorCode;

  constructor(code: McpGuardErrorCode) {
    super(explanations[code]);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is an McpGuardError, from whichever copy of this module. */
  static is(value: unknown): value is McpGuardError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
