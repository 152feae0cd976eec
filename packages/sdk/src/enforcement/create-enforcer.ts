import type { JsonObject } from "@scopeward/core";
import type { ObligationHandler } from "../obligation.ts";
import type { Principal } from "../principal.ts";
import type { ApprovalRecord } from "../approval-channel.ts";
import { Answering } from "./answering.ts";
import type { Answer } from "./answering.ts";
import { ApprovalDesk } from "./approval-desk.ts";
import type {
  ApprovalOutcome,
  Authorization,
  Execution,
  Listing,
  Permit,
  Run,
  ToolBody,
} from "./authorization.ts";
import { Authorizer } from "./authorizer.ts";
import type { Caller, ModelCall, ToolCall, ToolListing } from "./call.ts";
import { EnforcerContext } from "./enforcer-context.ts";
import type { EnforcerParts } from "./enforcer-parts.ts";
import type { Enforcer } from "./enforcer-port.ts";
import { Executor } from "./execution.ts";
import type { Grant } from "./grant.ts";
import { Lister } from "./lister.ts";
import { PermitBook } from "./permit-book.ts";

/**
 * Makes the one path of its parts.
 * @throws TypeError for parts that cannot work: a name twice, a malformed name or date, an obligation
 *   in `expects` that nobody handles.
 */
export function createEnforcer<const H extends readonly ObligationHandler[] = readonly []>(
  parts: EnforcerParts<H>,
): Enforcer {
  return new OpenEnforcer(new EnforcerContext(parts));
}

class OpenEnforcer implements Enforcer {
  readonly #context: EnforcerContext;
  readonly #authorizer: Authorizer;
  readonly #executor: Executor;
  readonly #lister: Lister;
  readonly #answering: Answering;

  constructor(context: EnforcerContext) {
    const permits = new PermitBook<Grant>(context.clock);
    const desk = new ApprovalDesk(context);
    this.#context = context;
    this.#authorizer = new Authorizer(context, desk, permits);
    this.#executor = new Executor(context, permits);
    this.#lister = new Lister(context, this.#authorizer);
    this.#answering = new Answering(context, desk, this.#authorizer, this.#executor);
  }

  async authorize(call: ToolCall): Promise<Authorization> {
    return await this.#authorizer.tool(call);
  }

  async authorizeModel(call: ModelCall): Promise<Authorization> {
    return await this.#authorizer.model(call);
  }

  async execute<R, A = JsonObject>(permit: Permit, tool: ToolBody<R, A>): Promise<Execution<R>> {
    return await this.#executor.execute(permit, tool);
  }

  async run<R, A = JsonObject>(
    call: Omit<ToolCall, "tool" | keyof Caller> & Caller,
    tool: ToolBody<R, A>,
  ): Promise<Run<R>> {
    const toolCall = { ...call, tool: tool.name };
    let authorized = await this.authorize(toolCall);
    if (authorized.kind === "approval") {
      const { approval } = authorized;
      // The record is the authority: where it says yes already, nothing else has to carry its id.
      const isAnswered =
        approval.status === "approved" || (await this.ask(approval, call.signal)) !== undefined;
      if (!isAnswered) return authorized;
      authorized = await this.authorize({ ...toolCall, approval: approval.id });
    }
    if (authorized.kind !== "allow") return authorized;
    return await this.execute(authorized.permit, tool);
  }

  async list(listing: ToolListing): Promise<Listing> {
    return await this.#lister.list(listing);
  }

  async answerApproval(answer: Answer): Promise<ApprovalOutcome> {
    return await this.#answering.answer(answer);
  }

  async ask(record: ApprovalRecord, signal?: AbortSignal): Promise<ApprovalOutcome | undefined> {
    return await this.#answering.ask(record, signal);
  }

  withPrincipal<T>(principal: Principal, work: () => T): T {
    return this.#context.principals.run(principal, work);
  }

  currentPrincipal(): Principal | undefined {
    return this.#context.principals.getStore();
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
