import type { JsonObject } from "@scopeward/core";
import type { HandlerContext } from "./server-context.ts";

/** A request on its way to the handler that the server has for it. */
export interface ServerRequest {
  readonly method: string;
  readonly params: JsonObject;
  readonly context: HandlerContext;
  /** The server's own handler. */
  readonly next: (params: JsonObject) => unknown;
}
