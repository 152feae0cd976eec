import { isJsonObject } from "@scopeward/core";
import type { JsonObject } from "@scopeward/core";
import type { Caller, Enforcer, Principal } from "@scopeward/sdk";
import { checkEnforcer } from "../enforcer-option.ts";
import type { Wires } from "./transport-context.ts";
import { Relay } from "./transport-relay.ts";

/** What `Transport` of the MCP SDK has in v1 and in v2, as far as it is needed to stand in front of it. */
export interface AnyTransport {
  start(): Promise<void>;
  send(message: never, options?: never): Promise<void>;
  close(): Promise<void>;
  onmessage?: unknown;
  onclose?: unknown;
  onerror?: unknown;
}

/** How a transport is guarded. */
export interface GuardTransportOptions {
  readonly enforcer: Enforcer;
  /**
   * Whose transport it is: that of a `server`, which receives requests by it, or that of a `client`,
   * which sends them.
   */
  readonly side: "server" | "client";
  /**
   * Who calls: the one at the other end of stdio or of a client's own transport. What an HTTP server
   * receives never counts as theirs, but as whose token is in its `authInfo`, which the server's bearer
   * gate hands on. Where nothing is given, the principal at hand.
   */
  readonly principal?: Principal;
  readonly token?: string | object;
  /** IP address of the peer, for `token`. */
  readonly address?: string;
  /** Put before the name of a tool or method for the policies, to tell servers apart; none by default. */
  readonly prefix?: string;
}

/** A transport behind the policies. */
export type GuardedTransport<T> = T & {
  /** Tells the client that its lists may be others: call it when the policies have changed. */
  tellOfChange(): Promise<void>;
};

/** The same transport from inside. */
interface OpenTransport {
  send(message: JsonObject, options?: unknown): Promise<void>;
  onmessage?: Listener<[message: unknown, extra?: unknown]>;
  onclose?: Listener<[]>;
  onerror?: Listener<[error: Error]>;
}

type Listener<A extends readonly unknown[]> = ((...args: A) => void) | undefined;

/**
 * Puts the policies in front of a transport of the MCP SDK, v1 or v2: for gateways, and for whatever
 * speaks to a server that cannot be changed. A denied call does not reach the server; what is taken out
 * of a result does not reach the client. Arguments are the raw ones: the defaults of the tool's schema
 * are not in yet.
 *
 * @throws TypeError for an option `enforcer` that is none.
 *
 * @example
 * await client.connect(guardTransport(transport, { enforcer, token, side: "client" }));
 */
export function guardTransport<T extends AnyTransport>(
  transport: T,
  options: GuardTransportOptions,
): GuardedTransport<T> {
  checkEnforcer(options.enforcer);
  const inner = transport as unknown as OpenTransport;
  const outer: Pick<OpenTransport, "onmessage" | "onclose" | "onerror"> = {
    onmessage: inner.onmessage,
    onclose: inner.onclose,
    onerror: inner.onerror,
  };
  const send = async (message: JsonObject, carried: unknown): Promise<void> =>
    await inner.send(message, carried);
  const receive = async (message: JsonObject, carried: unknown): Promise<void> =>
    outer.onmessage?.(message, carried);
  const isClient = options.side === "client";
  const wires: Wires = isClient
    ? { toServer: send, toClient: receive }
    : { toServer: receive, toClient: send };
  const { enforcer, prefix = "" } = options;
  const policyName = (name: string): string => `${prefix}${name}`;
  const context = { enforcer, session: crypto.randomUUID(), policyName, wires };
  const relay = new Relay(context, (carried) => callerOf(options, carried));

  const listeners: typeof outer = {
    onmessage: (message, extra) => {
      const taken = isClient ? relay.fromServer(message, extra) : relay.fromClient(message, extra);
      taken.catch((error: unknown) => outer.onerror?.(asError(error)));
    },
    onclose: () => {
      relay.end();
      outer.onclose?.();
    },
    onerror: (error) => outer.onerror?.(error),
  };
  Object.assign(inner, listeners);
  const own = {
    send: async (message: unknown, carried?: unknown): Promise<void> =>
      isClient
        ? await relay.fromClient(message, carried)
        : await relay.fromServer(message, carried),
    tellOfChange: async (): Promise<void> => await relay.tellOfChange(),
  };
  return new Proxy(transport, {
    get: (target, name) => {
      if (Object.hasOwn(own, name)) return own[name as keyof typeof own];
      if (Object.hasOwn(outer, name)) return outer[name as keyof typeof outer];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, name, value: unknown) =>
      Object.hasOwn(outer, name)
        ? Reflect.set(outer, name, value)
        : Reflect.set(target, name, value, target),
  }) as GuardedTransport<T>;
}

function callerOf(
  { enforcer, principal, token, address }: GuardTransportOptions,
  carried: unknown,
): Caller {
  const gated = authToken(carried);
  if (gated !== undefined) return { token: gated };
  // One key is not lent to everybody who reaches a port.
  if (isOverHttp(carried)) return { principal: enforcer.currentPrincipal() } as Caller;
  if (principal !== undefined) return { principal };
  if (token !== undefined) return { token, ...(address === undefined ? {} : { address }) };
  // Nobody at hand goes on as it is: the Enforcer denies.
  return { principal: enforcer.currentPrincipal() } as Caller;
}

/** Whether an HTTP server transport received it: `requestInfo` is of v1, `request` of v2. */
function isOverHttp(carried: unknown): boolean {
  const { requestInfo, request } = (carried ?? {}) as Readonly<Record<string, unknown>>;
  return requestInfo !== undefined || request !== undefined;
}

function authToken(carried: unknown): string | undefined {
  const authInfo = isJsonObject(carried) ? carried["authInfo"] : undefined;
  const token = isJsonObject(authInfo) ? authInfo["token"] : undefined;
  return typeof token === "string" ? token : undefined;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error("the message could not be taken");
}
