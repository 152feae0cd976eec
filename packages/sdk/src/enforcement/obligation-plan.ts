import type { Decision, JsonObject, Obligation, Reason } from "@scopeward/core";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { AfterObligation, BeforeObligation, ObligationHandler } from "../obligation.ts";

/** One obligation with who carries it out. */
export interface Planned<H extends ObligationHandler> {
  readonly handler: H;
  readonly obligation: Obligation;
}

/** The obligations of one decision, in the order in which they are carried out. */
export interface ObligationPlan {
  readonly before: readonly Planned<BeforeObligation>[];
  readonly after: readonly Planned<AfterObligation>[];
}

/** A plan, or why a decision with these obligations cannot be enforced. */
export type Planning =
  | { readonly kind: "planned"; readonly plan: ObligationPlan }
  | { readonly kind: "refused"; readonly reason: Reason };

const typePattern = /^[a-z][a-z0-9_]*$/u;
const maxDeadlineMs = 60_000;

/** Everyone who carries out obligations, by type. */
export class ObligationHandlers {
  readonly #handlers: ReadonlyMap<
    string,
    { readonly handler: ObligationHandler; readonly fits: (parameters: JsonObject) => boolean }
  >;

  /** @throws TypeError for a type twice or malformed, a schema that is none, a deadline out of bounds. */
  constructor(handlers: readonly ObligationHandler[]) {
    const ajv = new Ajv2020({ strictSchema: true, allErrors: false, logger: false });
    const byType = new Map<
      string,
      { handler: ObligationHandler; fits: (parameters: JsonObject) => boolean }
    >();
    for (const handler of handlers) {
      const { type, parameters, deadlineMs = 1 } = handler;
      if (!typePattern.test(type)) {
        throw new TypeError(`an obligation's type must be like \`redact_result\`, not \`${type}\``);
      }
      if (byType.has(type)) throw new TypeError(`obligation \`${type}\` has two handlers`);
      if (!(deadlineMs >= 1 && deadlineMs <= maxDeadlineMs)) {
        throw new TypeError(`the deadline of obligation \`${type}\` must be 1 to 60,000 ms`);
      }
      byType.set(type, { handler, fits: validatorOf(ajv, type, parameters) });
    }
    this.#handlers = byType;
  }

  has(type: string): boolean {
    return this.#handlers.has(type);
  }

  /** Who carries out the obligations of a decision, and in which order. */
  plan({ obligations }: Decision): Planning {
    if (obligations.length === 0) return { kind: "planned", plan: emptyPlan };
    const before: Planned<BeforeObligation>[] = [];
    const after: Planned<AfterObligation>[] = [];
    for (const obligation of obligations) {
      const { type, ...parameters } = obligation;
      const known = this.#handlers.get(type);
      if (known === undefined) {
        return refused("engine:obligation_unknown", `nobody carries out \`${type}\``);
      }
      const { handler, fits } = known;
      if (!fits(parameters)) {
        return refused("engine:obligation_failed", `the parameters of \`${type}\` do not fit`);
      }
      if (handler.phase === "before") before.push({ handler, obligation });
      else after.push({ handler, obligation });
    }
    return { kind: "planned", plan: { before: inOrder(before), after: inOrder(after) } };
  }
}

const emptyPlan: ObligationPlan = Object.freeze({ before: [], after: [] });

function inOrder<H extends ObligationHandler>(
  planned: readonly Planned<H>[],
): readonly Planned<H>[] {
  return planned.toSorted((a, b) => (a.handler.order ?? 0) - (b.handler.order ?? 0));
}

function validatorOf(
  ajv: Ajv2020,
  type: string,
  schema: JsonObject,
): (parameters: JsonObject) => boolean {
  try {
    const validate = ajv.compile({ ...schema });
    return (parameters) => validate(parameters);
  } catch (cause) {
    throw new TypeError(`the parameters of obligation \`${type}\` are no JSON Schema`, { cause });
  }
}

function refused(code: string, message: string): Planning {
  return { kind: "refused", reason: { code, message } };
}
