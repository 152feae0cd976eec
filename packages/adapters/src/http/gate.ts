import { denyFor } from "@scopeward/core";
import type { Caller, Run, ToolBody } from "@scopeward/sdk";
import { denialOf } from "@scopeward/sdk";
import { checkEnforcer } from "../enforcer-option.ts";
import { credentialsOf } from "./bearer.ts";
import { clientAddress } from "./client-address.ts";
import type { ClientAddress } from "./client-address.ts";
import { noToken, problemOf, severalTokens } from "./problem.ts";
import type { Problem } from "./problem.ts";
import { approvalHeader } from "./route.ts";
import type { AccessRoute, GuardedCall, Route, ToolRoute } from "./route.ts";

/** A request, as far as it says who calls. */
export interface Incoming<R> {
  readonly request: R;
  /** Path and query. */
  readonly target: string;
  /** Of the socket. */
  readonly peer: string | undefined;
  /** Every value of a header, as it came; names are in lower case. */
  readonly header: (name: string) => readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** What runs for a request that is let through. */
export interface Handling<T> {
  /** @param isTransformed - whether obligations change the answer before anybody is given it. */
  readonly handle: (call: GuardedCall, isTransformed: boolean) => T | Promise<T>;
  readonly parts?: ToolBody<T>["parts"];
  /** Whether the framework has made the answer of an error of the handler. */
  readonly isFailure: (answer: T) => boolean;
}

/** What came of a request. What the handler threw is thrown as it was. */
export type Handled<T> =
  | { readonly kind: "answered"; readonly answer: T; readonly call: GuardedCall }
  | { readonly kind: "problem"; readonly problem: Problem };

/** Lets through what the Enforcer allows, for one route. */
export class Gate<R> {
  readonly #route: Route<R>;
  readonly #addressOf: ClientAddress;

  /** @throws TypeError for trusted proxies that make no sense, or an option `enforcer` that is none. */
  constructor(route: Route<R>) {
    checkEnforcer(route.enforcer);
    this.#route = route;
    this.#addressOf = clientAddress(route.trustedProxies);
  }

  async pass<T>(incoming: Incoming<R>, handling: Handling<T>): Promise<Handled<T>> {
    const { header, target, peer } = incoming;
    const query = new URLSearchParams(target.split("?", 2)[1]);
    const credentials = credentialsOf(header("authorization"), query);
    if (credentials.kind === "none") return { kind: "problem", problem: noToken };
    if (credentials.kind === "several") return { kind: "problem", problem: severalTokens };
    const address = this.#addressOf(peer, header);
    const caller = { token: credentials.token, ...(address === undefined ? {} : { address }) };
    return this.#route.keys === undefined
      ? await this.#asTool(this.#route, incoming, caller, handling)
      : await this.#asAccess(this.#route, caller, handling);
  }

  async #asTool<T>(
    route: ToolRoute<R>,
    { request, header, signal }: Incoming<R>,
    caller: Caller,
    { handle, parts, isFailure }: Handling<T>,
  ): Promise<Handled<T>> {
    const [approval] = header(approvalHeader);
    let call: GuardedCall | undefined;
    const failed: { answer?: T } = {};
    const body: ToolBody<T> = {
      name: route.tool,
      execute: async (args, { principal, isTransformed }) => {
        call = { principal, args };
        const answer = await handle(call, isTransformed);
        // The log is told of an error. An answer that is to be redacted is, even so.
        if (isTransformed || !isFailure(answer)) return answer;
        failed.answer = answer;
        throw new TypeError("the handler failed");
      },
      ...(parts === undefined ? {} : { parts }),
    };
    const asked = {
      ...(await read(route, request)),
      ...caller,
      ...(approval === undefined ? {} : { approval }),
      ...(signal === undefined ? {} : { signal }),
    };
    let run: Run<T>;
    try {
      run = await route.enforcer.run(asked, body);
    } catch (error) {
      if (failed.answer === undefined || call === undefined) throw error;
      return { kind: "answered", answer: failed.answer, call };
    }
    if (run.kind === "done" && call !== undefined) {
      return { kind: "answered", answer: run.result, call };
    }
    const id = run.kind === "approval" ? run.approval.id : undefined;
    return { kind: "problem", problem: problemOf(denialOf(run.decision, id)) };
  }

  async #asAccess<T>(
    route: AccessRoute,
    { token, address }: Caller,
    { handle }: Handling<T>,
  ): Promise<Handled<T>> {
    const { keys, scope, feature, enforcer } = route;
    const required = scope === undefined ? { feature } : { scope };
    const options = address === undefined ? {} : { address };
    const verification = await keys.verifyAccess(token, required, options);
    if (verification.outcome === "rejected") {
      const { code, missingScope } = verification;
      const missingScopes = missingScope === undefined ? {} : { missingScopes: [missingScope] };
      const denial = denialOf({ ...denyFor([{ code }]), ...missingScopes });
      return { kind: "problem", problem: problemOf(denial) };
    }
    const call = { principal: verification.principal, args: {} };
    const answer = await enforcer.withPrincipal(call.principal, () => handle(call, false));
    return { kind: "answered", answer, call };
  }
}

/** What a request asks for. One that cannot be read is asked all the same, so that it leaves an entry. */
async function read<R>(
  { args, about, parse }: ToolRoute<R>,
  request: R,
): Promise<Pick<ToolCallParts, "args" | "arguments">> {
  try {
    return {
      ...about?.(request),
      args: await args?.(request),
      ...(parse === undefined ? {} : { arguments: { parse } }),
    };
  } catch (error) {
    const refuse = (): never => {
      throw error;
    };
    return { args: {}, arguments: { parse: refuse } };
  }
}

type ToolCallParts = Parameters<ToolRoute<unknown>["enforcer"]["run"]>[0];
