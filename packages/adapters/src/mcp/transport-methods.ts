import type { JsonObject } from "@scopeward/core";

/** What happens to a request of the client. A method that has no rule is refused. */
export type RequestRule =
  /** Goes to the server undecided: it opens, ends or checks the connection, or gives something up. */
  | { readonly kind: "pass" }
  /** Decided as the tool that it names. */
  | { readonly kind: "tool" }
  /** Decided as the tool called like the method, with these of its params as arguments. */
  | { readonly kind: "method"; readonly params: readonly string[] }
  /** Answered with those of the server's items that the client may use. */
  | { readonly kind: "list"; readonly member: string; readonly of: string | undefined };

const pass: RequestRule = { kind: "pass" };

const requestRules: ReadonlyMap<string, RequestRule> = new Map<string, RequestRule>([
  ["initialize", pass],
  ["server/discover", pass],
  ["ping", pass],
  // Whoever ends a subscription learns less.
  ["resources/unsubscribe", pass],
  ["tools/call", { kind: "tool" }],
  ["tools/list", { kind: "list", member: "tools", of: undefined }],
  ["resources/read", { kind: "method", params: ["uri"] }],
  ["resources/subscribe", { kind: "method", params: ["uri"] }],
  ["resources/list", { kind: "list", member: "resources", of: "resources/read" }],
  ["resources/templates/list", { kind: "list", member: "resourceTemplates", of: "resources/read" }],
  ["prompts/get", { kind: "method", params: ["name", "arguments"] }],
  ["prompts/list", { kind: "list", member: "prompts", of: "prompts/get" }],
  ["completion/complete", { kind: "method", params: ["ref", "argument", "context"] }],
  // The server's log may hold what a result may not.
  ["logging/setLevel", { kind: "method", params: ["level"] }],
  ["subscriptions/listen", { kind: "method", params: ["notifications"] }],
]);

/** The rule for a request of the client; undefined where the method is not named. */
export function requestRule(
  method: string,
  params: JsonObject | undefined,
): RequestRule | undefined {
  // A hint that a list has changed opens nothing; to be told of a resource is to watch it.
  if (method === "subscriptions/listen" && !watchesResources(params)) return pass;
  return requestRules.get(method);
}

function watchesResources(params: JsonObject | undefined): boolean {
  const filter = params?.["notifications"] as JsonObject | null | undefined;
  return filter?.["resourceSubscriptions"] !== undefined;
}

/** Requests that a server makes, or asks for in an `input_required` result. */
const questions: ReadonlySet<string> = new Set([
  "elicitation/create",
  "sampling/createMessage",
  "roots/list",
]);

/** Whether a server may ask this, where the policy names it; `ping` alone passes undecided. */
export function isQuestion(method: string): boolean {
  return questions.has(method);
}

/**
 * Whether a name in `tools/call` is that of a method: a policy that opens the method would open a tool
 * that is called like it.
 */
export function isMethodName(name: string): boolean {
  return requestRules.has(name) || questions.has(name);
}

/** What has to hold for a notification to pass. One that has no rule is dropped. */
export type NotificationRule =
  | "pass"
  /** Its `requestId` is that of a request of the same side which is not answered. */
  | "own_request"
  /** Its `progressToken` is that of a request of the other side which is not answered. */
  | "their_progress"
  /** The client was allowed to subscribe, or to listen for resources. */
  | "subscribed"
  /** The client was allowed to have the server's log. */
  | "logging";

/** Notifications of the client. */
export const clientNotifications: ReadonlyMap<string, NotificationRule> = new Map([
  ["notifications/initialized", "pass"],
  ["notifications/cancelled", "own_request"],
  ["notifications/progress", "their_progress"],
  // The server asks `roots/list` then, and that is decided.
  ["notifications/roots/list_changed", "pass"],
]);

/** Notifications of the server. */
export const serverNotifications: ReadonlyMap<string, NotificationRule> = new Map([
  ["notifications/cancelled", "own_request"],
  ["notifications/progress", "their_progress"],
  ["notifications/message", "logging"],
  ["notifications/resources/updated", "subscribed"],
  ["notifications/resources/list_changed", "pass"],
  ["notifications/tools/list_changed", "pass"],
  ["notifications/prompts/list_changed", "pass"],
  ["notifications/subscriptions/acknowledged", "pass"],
  ["notifications/elicitation/complete", "pass"],
]);
