import type { JsonObject, JsonValue } from "@scopeward/core";
import type { ApprovalChannel, Enforcer } from "@scopeward/sdk";
import { createEnforcer } from "@scopeward/sdk/enforcer";
import { onTestFinished } from "vitest";
import { MemoryApprovals } from "../../src/conformance/memory-approvals.ts";
import { MemoryAuditLog } from "../../src/conformance/memory-audit-log.ts";
import { ScriptedKeys } from "../../src/conformance/scripted-keys.ts";
import { ScriptedPolicy } from "../../src/conformance/scripted-policy.ts";
import { SteppedClock } from "../../src/conformance/stepped-clock.ts";
import { guardTransport } from "../../src/mcp.ts";
import type { GuardTransportOptions } from "../../src/mcp.ts";

type Carried = { readonly [member: string]: unknown } | undefined;

/** A transport that goes nowhere: what was sent by it, and a way to receive. */
class BareTransport {
  readonly sent: JsonObject[] = [];
  readonly carried: Carried[] = [];
  onmessage?: (message: unknown, extra?: unknown) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  /** What sending rejects with, from now on. */
  fault: Error | undefined;

  async start(): Promise<void> {}

  async send(message: JsonObject, carried?: Carried): Promise<void> {
    if (this.fault !== undefined) throw this.fault;
    this.sent.push(message);
    this.carried.push(carried);
  }

  async close(): Promise<void> {
    this.onclose?.();
  }
}

/** A client and a server by hand, with a guarded transport between them. */
export class Wire {
  readonly keys: ScriptedKeys = new ScriptedKeys({});
  readonly policy: ScriptedPolicy = new ScriptedPolicy({});
  readonly audit: MemoryAuditLog = new MemoryAuditLog({});
  readonly enforcer: Enforcer;
  readonly token: string;
  readonly transport: BareTransport = new BareTransport();
  readonly errors: Error[] = [];
  readonly approvals: ApprovalChannel = new MemoryApprovals({});
  readonly #toClient: JsonObject[] = [];
  readonly #guarded: ReturnType<typeof guardTransport<BareTransport>>;
  readonly #isClient: boolean;

  constructor(options: Partial<Pick<GuardTransportOptions, "side" | "prefix">> = {}) {
    const { side = "client" } = options;
    this.#isClient = side === "client";
    this.enforcer = createEnforcer({
      keys: this.keys,
      policy: this.policy,
      audit: this.audit,
      clock: new SteppedClock(),
      approvals: this.approvals,
    });
    this.token = this.keys.issue("ada", ["conformance:use"]).token;
    const { enforcer, token } = this;
    this.#guarded = guardTransport(this.transport, { enforcer, token, ...options, side });
    Object.assign(this.#guarded, {
      onmessage: (message: JsonObject) => void this.#toClient.push(message),
      onerror: (error: Error) => void this.errors.push(error),
    });
    onTestFinished(async () => {
      await this.transport.close();
      await this.enforcer.close();
    });
  }

  /** What reached the server, and what reached the client. */
  get server(): readonly JsonObject[] {
    return this.#isClient ? this.transport.sent : this.#toClient;
  }

  get client(): readonly JsonObject[] {
    return this.#isClient ? this.#toClient : this.transport.sent;
  }

  /** Has the client send a message; rejects as sending does. */
  async fromClient(message: unknown, carried?: Carried): Promise<void> {
    await (this.#isClient ? this.#send(message, carried) : this.#receive(message));
  }

  /** Has the server send a message. */
  async fromServer(message: unknown): Promise<void> {
    await (this.#isClient ? this.#receive(message) : this.#send(message, undefined));
  }

  /** Has the client ask, and waits until that is with the server or answered. */
  async ask(
    id: number | string,
    method: string,
    params?: JsonObject,
    carried?: Carried,
  ): Promise<void> {
    const before = this.server.length + this.client.length;
    const request = { jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) };
    const sent = this.fromClient(request, carried);
    sent.catch((error: unknown) => void this.errors.push(error as Error));
    await this.until(() => this.server.length + this.client.length > before);
  }

  /** Has the server answer, and waits until the client has it. */
  async answer(id: number | string, result: JsonObject): Promise<void> {
    await this.fromServer({ jsonrpc: "2.0", id, result });
    await this.until(() => this.client.some((message) => message["id"] === id));
  }

  /** The whole way: asks, has the server answer, and gives what the client has of it. */
  async exchange(
    id: number | string,
    method: string,
    params: JsonObject,
    result: JsonObject,
  ): Promise<JsonObject> {
    await this.ask(id, method, params);
    if (this.server.some((message) => message["id"] === id)) await this.answer(id, result);
    return this.answered(id);
  }

  /** The client's answer to one request: its result or its error. */
  answered(id: number | string): JsonObject {
    const message = this.client.find((each) => each["id"] === id && each["method"] === undefined);
    return (message?.["result"] ?? message?.["error"] ?? {}) as JsonObject;
  }

  /** The methods that reached the server. */
  methods(): readonly (JsonValue | undefined)[] {
    return this.server.map(({ method }) => method);
  }

  async tellOfChange(): Promise<void> {
    await this.#guarded.tellOfChange();
  }

  /** Lets everything go on that can. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async until(holds: () => boolean): Promise<void> {
    for (let turn = 0; turn < 500 && !holds(); turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!holds()) throw new Error("what was waited for did not come");
  }

  async #send(message: unknown, carried: Carried): Promise<void> {
    await this.#guarded.send(message as JsonObject, carried);
  }

  async #receive(message: unknown): Promise<void> {
    this.transport.onmessage?.(message);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
