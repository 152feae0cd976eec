import type { AccessRequest, Catalogue, Decision } from "@scopeward/core";
import { engineDeny } from "@scopeward/core";
import type { Evaluator } from "@scopeward/sdk";
import type { Bundle } from "./bundle/bundle.ts";
import { decodeBundle } from "./bundle/bundle.ts";
import type { BundleRefusal } from "./bundle/bundle-problem.ts";
import { refuseBundle } from "./bundle/bundle-problem.ts";
import { keepSequence, sequenceFault } from "./bundle/sequence.ts";
import { verifySignature } from "./bundle/signature.ts";
import { decisionFault, decodeDecision } from "./decision/decode-decision.ts";
import { openIsolatedEvaluator } from "./isolation/open-isolated-evaluator.ts";
import type { Policy, PolicyLimits, PolicyOptions } from "./policy.ts";
import { PolicyError } from "./policy-error.ts";
import type { Loaded } from "./reload/reload-source.ts";
import {
  accessRequestFault,
  accessRequestText,
  defaultRequestLimits,
} from "./request/access-request-text.ts";
import type { JsonLimits } from "./request/json-writer.ts";
import type { OpenedEvaluator } from "./wasm/evaluator-options.ts";
import { openWasmEvaluator } from "./wasm/open-evaluator.ts";

const entrypoint = "scopeward/decision";

/**
 * Opens a bundle (OPA's tar.gz) for decisions. It is refused, with every reason that is known then,
 * when it is damaged, not signed as `verify` demands, older than the last, of another ABI, needs a
 * builtin that is not there, or fails a self-test; nothing stays open then. Its sequence is kept
 * only when it is taken into service.
 *
 * @throws RangeError for a limit out of its bounds.
 */
export async function openPolicy(
  bytes: Uint8Array,
  options: PolicyOptions,
): Promise<Loaded<Policy>> {
  const limits = requestLimits(options.limits);
  const admitted = await admitBundle(bytes, options);
  if (admitted.kind === "refused") return admitted;
  const opened = await openBundle(admitted.bundle, options);
  if (opened.kind === "refused") return opened;
  const { evaluator } = opened;
  const fault = selfTestFault(evaluator) ?? (await admitted.sequence?.keep());
  if (fault !== undefined) {
    evaluator.close();
    return fault;
  }
  return { kind: "loaded", value: new BundlePolicy(evaluator, admitted.bundle.catalogue, limits) };
}

/**
 * Opens a bundle to ask any of its entrypoints with any input, as {@link openPolicy} does but for
 * the self-test. Its sequence is checked and not kept.
 *
 * @throws PolicyError `bundle_refused`.
 */
export async function openEvaluator(bytes: Uint8Array, options: PolicyOptions): Promise<Evaluator> {
  const admitted = await admitBundle(bytes, options);
  if (admitted.kind === "refused") throw new PolicyError("bundle_refused", admitted.problems);
  const opened = await openBundle(admitted.bundle, options);
  if (opened.kind === "refused") throw new PolicyError("bundle_refused", opened.problems);
  return opened.evaluator;
}

type Admitted =
  | {
      readonly kind: "admitted";
      readonly bundle: Bundle;
      /** Absent where nobody keeps it. */
      readonly sequence?: { readonly keep: () => Promise<BundleRefusal | undefined> };
    }
  | BundleRefusal;

async function admitBundle(bytes: Uint8Array, options: PolicyOptions): Promise<Admitted> {
  const { verify, state } = options;
  const reading = await decodeBundle(bytes);
  if (reading.kind === "refused") return reading;
  const { bundle } = reading;
  if (verify === undefined) return { kind: "admitted", bundle };
  const signature = await verifySignature(bundle.files, verify);
  if (signature.kind === "refused") return signature;
  if (state === undefined) return { kind: "admitted", bundle };
  const { sequence } = signature;
  const fault = await sequenceFault(state, sequence);
  const keep = async (): Promise<BundleRefusal | undefined> => await keepSequence(state, sequence);
  return fault ?? { kind: "admitted", bundle, sequence: { keep } };
}

async function openBundle(bundle: Bundle, options: PolicyOptions): Promise<OpenedEvaluator> {
  const open = options.isolation === "worker" ? openIsolatedEvaluator : openWasmEvaluator;
  const opening = open(bundle, options);
  // While the module is compiled on another thread.
  accessRequestFault.compile();
  decisionFault.compile();
  return await opening;
}

class BundlePolicy implements Policy {
  readonly revision: string;
  readonly catalogue: Catalogue;
  readonly #limits: JsonLimits;
  /** Undefined once the policy is closed. */
  #evaluator: Evaluator | undefined;

  constructor(evaluator: Evaluator, catalogue: Catalogue, limits: JsonLimits) {
    this.revision = evaluator.revision;
    this.catalogue = catalogue;
    this.#limits = limits;
    this.#evaluator = evaluator;
  }

  decide(request: unknown): Decision {
    const evaluator = this.#evaluator;
    if (evaluator === undefined) return engineDeny("engine:no_bundle");
    const input = accessRequestText(request, this.#limits);
    if (input.kind === "denied") return input.decision;
    return answer(evaluator, input.text);
  }

  close(): void {
    this.#evaluator?.close();
    this.#evaluator = undefined;
  }
}

function answer(evaluator: Evaluator, input: string): Decision {
  try {
    const evaluation = evaluator.evaluate(entrypoint, input);
    // The detail is for a log, not for whoever asked: it may tell of the policy.
    if (evaluation.kind === "failed") return engineDeny(evaluation.code);
    return decodeDecision(evaluation.value);
  } catch {
    return engineDeny("engine:evaluation_failed");
  }
}

// Nobody's tool: every policy can answer it, and no rule of a feature runs.
const selfTestRequest: AccessRequest = {
  phase: "list",
  subject: { type: "scopeward", id: "self-test" },
  key: { id: "self-test", audience: "internal", scopes: [] },
  action: { type: "tool", name: "scopeward self-test" },
  context: { time: "2026-01-01T00:00:00Z" },
};

function selfTestFault(evaluator: Evaluator): BundleRefusal | undefined {
  const { reasons } = answer(evaluator, JSON.stringify(selfTestRequest));
  const fault = reasons.find(({ code }) => code.startsWith("engine:"));
  return fault && refuseBundle("self_test_failed", `a harmless request is answered ${fault.code}`);
}

function requestLimits(limits: PolicyLimits = {}): JsonLimits {
  return {
    bytes: bounded("inputBytes", limits.inputBytes ?? defaultRequestLimits.bytes, 64 * 1024 * 1024),
    depth: bounded("inputDepth", limits.inputDepth ?? defaultRequestLimits.depth, 1_000),
  };
}

function bounded(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new RangeError(`\`limits.${name}\` must be an integer from 1 to ${most}`);
}
