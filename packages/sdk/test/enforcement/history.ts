import { memoryApprovals } from "@scopeward/approvals";
import type { JsonObject } from "@scopeward/core";
import type {
  Allowed,
  ApprovalChannel,
  ApprovalRecord,
  AuditEntry,
  AuditLog,
  Enforcer,
  ToolBody,
} from "@scopeward/sdk";
import { createEnforcer } from "@scopeward/sdk/enforcer";
import { allow, ask, catalogueOf, deny, Stage } from "./stage.ts";

/** What the policies of one revision say of `ping`. */
export type Ruling = "allow" | "deny" | "ask" | "rewrite";

/** How the tool behaves, and what is done with a result that comes piece by piece. */
export type Behaviour = "value" | "throws" | "read" | "left" | "unread" | "dropped";

/** One thing that somebody does. `at` chooses a permit or question, 0 the last. */
export type Step =
  | { readonly does: "authorize"; readonly owner: string; readonly n: number }
  | {
      readonly does: "execute";
      readonly at: number;
      readonly name: string;
      readonly behaviour: Behaviour;
    }
  | {
      readonly does: "run";
      readonly owner: string;
      readonly n: number;
      readonly behaviour: Behaviour;
    }
  | { readonly does: "revoke"; readonly owner: string }
  | { readonly does: "reload"; readonly ruling: Ruling }
  | {
      readonly does: "answer";
      readonly at: number;
      readonly verdict: "approve" | "deny";
      readonly by: string;
    }
  | { readonly does: "resume"; readonly at: number; readonly owner: string; readonly n: number }
  | { readonly does: "wait"; readonly ms: number }
  | { readonly does: "log"; readonly takes: boolean };

/** What happened, in its order. */
export type Event =
  | { readonly kind: "entry"; readonly entry: AuditEntry; readonly taken: boolean }
  | { readonly kind: "revoked"; readonly owner: string }
  | { readonly kind: "began"; readonly decisionId: string }
  | {
      readonly kind: "ran";
      readonly decisionId: string;
      readonly owner: string;
      readonly args: JsonObject;
    }
  | { readonly kind: "answered"; readonly record: ApprovalRecord }
  | { readonly kind: "consumed"; readonly record: ApprovalRecord };

/** A permit that was given, with what a model of it knows. */
export interface Given {
  readonly allowed: Allowed;
  readonly owner: string;
  readonly untilMs: number;
  isUsed: boolean;
}

class ToolFault extends Error {}

/** One Enforcer to which things happen, and what is known of it. */
export class History {
  readonly events: Event[] = [];
  readonly given: Given[] = [];
  readonly rulings: Map<string, Ruling> = new Map();
  readonly revoked: Set<string> = new Set();
  readonly stage: Stage = new Stage();
  readonly #questions: ApprovalRecord[] = [];
  readonly #unread: AsyncGenerator[] = [];
  readonly #enforcer: Enforcer;
  #takes = true;

  constructor() {
    const { stage } = this;
    stage.catalogue = catalogueOf({ ping: "none", pong: "none", answer_approval: "none" });
    this.#reload("allow");
    this.#enforcer = createEnforcer({
      keys: stage.keys,
      policy: { current: () => stage.current() },
      audit: this.#audit(),
      clock: stage.clock,
      tenant: "acme",
      approvals: this.#channel(),
      // A decision takes a while, in which other things happen.
      contextProviders: [{ name: "slow", provide: async () => await ticks(3) }],
    });
  }

  /** Does one thing after a few ticks. Rejects for nothing but what the Enforcer must not reject with. */
  async take(step: Step, later: number): Promise<void> {
    await ticks(later);
    switch (step.does) {
      case "authorize":
        await this.#authorize(step.owner, step.n);
        return;
      case "resume": {
        const question = pick(this.#questions, step.at);
        if (question !== undefined) await this.#authorize(step.owner, step.n, question.id);
        return;
      }
      case "run":
        await this.#run(step.owner, step.n, step.behaviour);
        return;
      case "execute": {
        const given = pick(this.given, step.at);
        if (given !== undefined) await this.#execute(given, step.name, step.behaviour);
        return;
      }
      case "answer":
        await this.#answer(step.at, step.verdict, step.by);
        return;
      case "revoke":
        this.revoked.add(step.owner);
        this.stage.rejected.set(step.owner, "key:revoked");
        this.events.push({ kind: "revoked", owner: step.owner });
        return;
      case "reload":
        this.#reload(step.ruling);
        return;
      case "wait":
        this.stage.clock.ms += step.ms;
        return;
      case "log":
        this.#takes = step.takes;
    }
  }

  /** Lets go of what nobody read, and ends the Enforcer. */
  async end(): Promise<void> {
    for (const stream of this.#unread) await stream.return(undefined).catch(() => undefined);
    await this.#enforcer.close();
  }

  async #authorize(owner: string, n: number, approval?: string): Promise<void> {
    const authorized = await this.#enforcer.authorize({
      token: `token-${owner}`,
      tool: "ping",
      args: { n },
      ...(approval === undefined ? {} : { approval }),
    });
    if (authorized.kind === "approval") this.#ask(authorized.approval);
    if (authorized.kind !== "allow") return;
    const untilMs = this.stage.clock.ms + 30_000;
    this.given.push({ allowed: authorized, owner, untilMs, isUsed: false });
  }

  async #run(owner: string, n: number, behaviour: Behaviour): Promise<void> {
    const body = this.#body("ping", behaviour);
    const call = { token: `token-${owner}`, args: { n } };
    const ran = await this.#enforcer.run(call, body).catch(ownFault);
    if (ran?.kind === "approval") this.#ask(ran.approval);
    if (ran?.kind === "done") await this.#read(ran.result, behaviour);
  }

  async #execute(given: Given, name: string, behaviour: Behaviour): Promise<void> {
    const { permit, decisionId } = given.allowed;
    this.events.push({ kind: "began", decisionId });
    const execution = this.#enforcer.execute(permit, this.#body(name, behaviour));
    given.isUsed = true;
    const ran = await execution.catch(ownFault);
    if (ran?.kind === "done") await this.#read(ran.result, behaviour);
  }

  #ask(question: ApprovalRecord): void {
    if (!this.#questions.some(({ id }) => id === question.id)) this.#questions.push(question);
  }

  async #answer(at: number, verdict: "approve" | "deny", by: string): Promise<void> {
    const question = pick(this.#questions, at);
    if (question === undefined) return;
    const approver = { token: `token-${by}` };
    await this.#enforcer.answerApproval({ id: question.id, verdict, approver });
  }

  #body(name: string, behaviour: Behaviour): ToolBody<unknown> {
    return {
      name,
      execute: async (args, { decisionId, principal }) => {
        this.events.push({ kind: "ran", decisionId, owner: principal.subject.id, args });
        await ticks(2);
        if (behaviour === "throws") throw new ToolFault("the tool's own");
        return behaviour === "value" ? "result" : pieces();
      },
    };
  }

  async #read(result: unknown, behaviour: Behaviour): Promise<void> {
    if (behaviour === "value") return;
    const stream = result as AsyncGenerator;
    if (behaviour === "unread") this.#unread.push(stream);
    else if (behaviour === "dropped") await stream.return(undefined).catch(unavailable);
    else await this.#readPieces(stream, behaviour === "left").catch(unavailable);
  }

  async #readPieces(stream: AsyncGenerator, isLeft: boolean): Promise<void> {
    for await (const piece of stream) if (isLeft && piece === 1) break;
  }

  #reload(ruling: Ruling): void {
    const { stage } = this;
    stage.revision = `sha256:${this.rulings.size}`;
    this.rulings.set(stage.revision, ruling);
    stage.answer = ({ action, approval, args }) => {
      if (action.name === "answer_approval") return allow;
      if (ruling === "deny") return deny("closed");
      if (ruling === "rewrite") return { ...allow, args: { ...args, capped: true } };
      return ruling === "allow" || approval !== undefined ? allow : ask("large");
    };
  }

  #audit(): AuditLog {
    return {
      ...this.stage.audit,
      append: async (entries) => {
        await ticks(2);
        const taken = this.#takes;
        for (const entry of entries) this.events.push({ kind: "entry", entry, taken });
        return taken
          ? { kind: "appended", origin: "history", durable: true }
          : { kind: "unavailable", reason: "full" };
      },
    };
  }

  #channel(): ApprovalChannel {
    const queue = memoryApprovals();
    return {
      ...queue,
      answer: async (id, answer, now) => {
        const change = await queue.answer(id, answer, now);
        if (change.kind === "changed")
          this.events.push({ kind: "answered", record: change.record });
        return change;
      },
      consume: async (id, now) => {
        const change = await queue.consume(id, now);
        if (change.kind === "changed")
          this.events.push({ kind: "consumed", record: change.record });
        return change;
      },
    };
  }
}

/** The last where `at` is 0. */
export function pick<T>(list: readonly T[], at: number): T | undefined {
  return list.at(-1 - (at % Math.max(1, list.length)));
}

async function ticks(count: number): Promise<undefined> {
  for (let tick = 0; tick < count; tick++) await Promise.resolve();
  return undefined;
}

async function* pieces(): AsyncGenerator<number> {
  for (const piece of [0, 1, 2]) yield await Promise.resolve(piece);
}

function ownFault(error: unknown): undefined {
  if (!(error instanceof ToolFault)) throw error;
  return undefined;
}

/** The end of a stream whose outcome the log has not taken. */
function unavailable(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "engine:audit_unavailable")) {
    throw error;
  }
}
