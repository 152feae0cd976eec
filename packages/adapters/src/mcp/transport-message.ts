import { isJsonObject } from "@scopeward/core";
import type { JsonObject } from "@scopeward/core";

/** The id of a JSON-RPC request. `1` and `"1"` are two ids. */
export type RequestId = string | number;

/** What answers a request: its result, or a JSON-RPC error. */
export type AnswerBody =
  | { readonly result: JsonObject; readonly error?: undefined }
  | { readonly error: JsonObject; readonly result?: undefined };

/** A question of one side to the other. */
export interface RequestFrame {
  readonly kind: "request";
  readonly id: RequestId;
  readonly method: string;
  readonly params: JsonObject | undefined;
}

/** A message that nobody answers. */
export interface NotificationFrame {
  readonly kind: "notification";
  readonly method: string;
  readonly params: JsonObject | undefined;
}

/** An answer. */
export interface ResponseFrame {
  readonly kind: "response";
  readonly id: RequestId;
  readonly body: AnswerBody;
}

/** A JSON-RPC message as it is used: each member was read once, and no other member goes on. */
export type Frame =
  | RequestFrame
  | NotificationFrame
  | ResponseFrame
  /** A batch, or no message at all. */
  | { readonly kind: "invalid" };

/** JSON-RPC error codes that the guard answers with. */
export const errorCode = {
  /** The line is not JSON, or says one thing twice. */
  parseError: -32700,
  /** It is no message, or a batch. */
  invalidRequest: -32600,
  /** No policy can be asked about this method. */
  methodNotFound: -32601,
  invalidParams: -32602,
  /** Too many requests at once, or the server is gone. */
  unavailable: -32000,
  /** The policy does not allow it. */
  denied: -32003,
} as const;

/**
 * Reads a message, which may be hostile: whatever is not exactly a request, a notification or a response
 * is `invalid`. Members of `params` and `result` are not read.
 */
export function readFrame(message: unknown): Frame {
  if (!isJsonObject(message)) return { kind: "invalid" };
  const { jsonrpc, id, method, params, result, error } = message as {
    readonly [member: string]: unknown;
  };
  if (jsonrpc !== "2.0") return { kind: "invalid" };
  if (id !== undefined && !isRequestId(id)) return { kind: "invalid" };
  if (method === undefined) return readResponse(id, result, error);
  if (typeof method !== "string" || result !== undefined || error !== undefined) {
    return { kind: "invalid" };
  }
  if (params !== undefined && !isJsonObject(params)) return { kind: "invalid" };
  return id === undefined
    ? { kind: "notification", method, params }
    : { kind: "request", id, method, params };
}

function readResponse(id: RequestId | undefined, result: unknown, error: unknown): Frame {
  if (id === undefined) return { kind: "invalid" };
  if (isJsonObject(result) && error === undefined) {
    return { kind: "response", id, body: { result } };
  }
  return isJsonObject(error) && result === undefined
    ? { kind: "response", id, body: { error } }
    : { kind: "invalid" };
}

function isRequestId(id: unknown): id is RequestId {
  return typeof id === "string" || (typeof id === "number" && Number.isSafeInteger(id));
}

/** A key under which ids of both types can stand. */
export function idKey(id: RequestId): string {
  return `${typeof id}:${id}`;
}

/** The message of a frame that goes on, made anew. */
export function requestMessage({ id, method }: RequestFrame, params?: JsonObject): JsonObject {
  return { jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) };
}

/** A notification, made anew. */
export function notificationMessage(method: string, params?: JsonObject): JsonObject {
  return { jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) };
}

/** A response, made anew. */
export function responseMessage(id: RequestId, body: AnswerBody): JsonObject {
  return body.result === undefined
    ? { jsonrpc: "2.0", id, error: body.error }
    : { jsonrpc: "2.0", id, result: body.result };
}

/** An answer that is a JSON-RPC error. */
export function errorBody(code: number, message: string, data?: JsonObject): AnswerBody {
  return { error: { code, message, ...(data === undefined ? {} : { data }) } };
}

const versionKey = "io.modelcontextprotocol/protocolVersion";

/** Whether a request is of the era that began with 2026-07-28, whose requests say their version. */
export function isModern({ params }: RequestFrame): boolean {
  return isJsonObject(params?.["_meta"]) && Object.hasOwn(params["_meta"], versionKey);
}
