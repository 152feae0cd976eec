import { isJsonObject } from "@scopeward/core";
import { createEnforcer } from "@scopeward/sdk/enforcer";
import type { AuditEntry, ContextProvider, Enforcer } from "@scopeward/sdk";
import { approvalTool, defineObligation } from "@scopeward/sdk";
import type { AdapterHarness, AdapterSession, Identity, Stage } from "./harness.ts";
import { MemoryApprovals } from "./memory-approvals.ts";
import { MemoryAuditLog } from "./memory-audit-log.ts";
import { answerUnless } from "./port-fault.ts";
import type { BrokenPorts } from "./port-fault.ts";
import { ScriptedKeys } from "./scripted-keys.ts";
import { allow, ScriptedPolicy } from "./scripted-policy.ts";
import type { Script } from "./scripted-policy.ts";
import { SteppedClock } from "./stepped-clock.ts";

/** How long a port may take in a case that has one hang, in milliseconds of real time. */
const hangingMs = 150;

/** How long a question to a person waits for its answer, in milliseconds of the stepped clock. */
export const approvalMs = 60_000;

/** One case's own Enforcer, over ports that the case scripts and breaks, and its sessions. */
export class World {
  readonly broken: BrokenPorts = {};
  readonly keys: ScriptedKeys = new ScriptedKeys(this.broken);
  readonly policy: ScriptedPolicy = new ScriptedPolicy(this.broken);
  readonly audit: MemoryAuditLog = new MemoryAuditLog(this.broken);
  readonly clock: SteppedClock = new SteppedClock();
  readonly enforcer: Enforcer;
  readonly #harness: AdapterHarness;
  readonly #sessions: AdapterSession[] = [];
  readonly #approver: Identity;

  /** @param hangs - whether the case has a port hang, so that its deadline has to be short. */
  constructor(harness: AdapterHarness, hangs: boolean) {
    this.#harness = harness;
    this.#approver = this.keys.issue("grace", ["conformance:use"]);
    const deadline = hangs ? { deadlineMs: hangingMs } : {};
    this.enforcer = createEnforcer({
      keys: this.keys,
      policy: this.policy,
      audit: this.audit,
      clock: this.clock,
      approvals: new MemoryApprovals(this.broken),
      contextProviders: [{ ...deadline, ...this.#provider() }],
      obligations: [
        defineObligation({
          ...deadline,
          type: "conformance_before",
          phase: "before",
          parameters: noParameters,
          fulfil: () => answerUnless(this.broken.before, () => {}),
        }),
        defineObligation({
          ...deadline,
          type: "conformance_after",
          phase: "after",
          parameters: noParameters,
          transform: (value) => answerUnless(this.broken.after, () => ({ value })),
        }),
      ],
      bounds: { approvalMs, ...(hangs ? { portMs: hangingMs } : {}) },
    });
  }

  /** Opens the framework over the world's Enforcer. */
  async open(stage: Omit<Stage, "enforcer">): Promise<AdapterSession> {
    return this.#keep(await this.#harness.open({ ...stage, enforcer: this.enforcer }));
  }

  /** Opens the framework without the adapter, to compare with. */
  async openBare(stage: Omit<Stage, "enforcer">): Promise<AdapterSession> {
    return this.#keep(await this.#harness.open(stage));
  }

  /** Has the policy say this from now on; the person who approves may always answer. */
  load(
    scripts: Readonly<Record<string, Script>>,
    models: Readonly<Record<string, Script>> = {},
  ): void {
    this.policy.load({ [approvalTool]: () => allow(), ...scripts }, models);
  }

  /** Has a person answer a question. */
  async answer(id: string, verdict: "approve" | "deny"): Promise<void> {
    const outcome = await this.enforcer.answerApproval({
      id,
      verdict,
      approver: { token: this.#approver.token },
    });
    if (outcome.kind !== "answered") throw new TypeError(`the answer is ${outcome.kind}`);
  }

  /** What the audit log has of one type. */
  entries(type: AuditEntry["type"]): readonly AuditEntry[] {
    return this.audit.entries.filter((entry) => entry.type === type);
  }

  /** The effects that the audit log has of calls of one tool, in their order. */
  decisions(tool: string): readonly unknown[] {
    return this.#entriesOf("decision", tool).map(({ effect }) => effect);
  }

  /** How the runs of one tool ended, as the audit log has it, in their order. */
  outcomes(tool: string): readonly unknown[] {
    return this.#entriesOf("outcome", tool).map(({ status }) => status);
  }

  async close(): Promise<void> {
    for (const port of Object.keys(this.broken) as (keyof BrokenPorts)[]) delete this.broken[port];
    for (const session of this.#sessions) await session.close();
    await this.enforcer.close();
  }

  #entriesOf(type: AuditEntry["type"], tool: string): readonly AuditEntry[] {
    return this.entries(type).filter(
      ({ action = null }) => isJsonObject(action) && action["name"] === tool,
    );
  }

  #keep(session: AdapterSession): AdapterSession {
    this.#sessions.push(session);
    return session;
  }

  #provider(): ContextProvider {
    return {
      name: "conformance",
      provide: () => answerUnless(this.broken.provider, () => ({ facts: { ready: true } })),
    };
  }
}

const noParameters = { type: "object", additionalProperties: false };
