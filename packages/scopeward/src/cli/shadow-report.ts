import type { JsonValue } from "@scopeward/core";
import { isJsonObject } from "@scopeward/core";
import type { AuditEntry } from "@scopeward/sdk";

/** A feature that was put in shadow, as the audit log has it. */
export interface ShadowedFeature {
  readonly feature: string;
  /** RFC 3339, of the first and the last process that said so. */
  readonly firstStartedAt: string;
  readonly lastStartedAt: string;
  /** RFC 3339; from then on it is enforced, as the last of them said. */
  readonly until: string;
}

/** What would have become of some calls of one tool or model, for one code. */
export interface ShadowedCalls {
  readonly type: "tool" | "model";
  readonly name: string;
  readonly effect: "deny" | "require_approval";
  readonly code: string;
  readonly calls: number;
  /** Ids, sorted. */
  readonly keys: readonly string[];
  /** `type:id`, sorted. */
  readonly subjects: readonly string[];
  /** RFC 3339. */
  readonly firstAt: string;
  readonly lastAt: string;
}

/** What enforcing the features in shadow would have changed. */
export interface ShadowReport {
  readonly features: readonly ShadowedFeature[];
  /** The most frequent first; a call with two codes is in both of their rows. */
  readonly findings: readonly ShadowedCalls[];
}

/**
 * Reads what features in shadow would have denied or asked.
 * @param sinceMs - decisions before are left out; features are not.
 */
export async function shadowReport(
  entries: AsyncIterable<AuditEntry>,
  sinceMs: number = -Infinity,
): Promise<ShadowReport> {
  const features = new Map<string, ShadowedFeature>();
  const findings = new Map<string, Finding>();
  for await (const entry of entries) {
    if (entry.type === "admin") noteFeature(features, entry);
    if (entry.type !== "decision" || Date.parse(entry.time) < sinceMs) continue;
    for (const call of shadowedCalls(entry)) {
      const id = JSON.stringify([call.type, call.name, call.effect, call.code]);
      const found = findings.get(id) ?? new Finding(call, entry.time);
      found.add(entry);
      findings.set(id, found);
    }
  }
  return {
    features: [...features.values()].toSorted((a, b) => compare(a.feature, b.feature)),
    findings: [...findings.values()]
      .map((finding) => finding.calls())
      .toSorted((a, b) => b.calls - a.calls || compare(a.name, b.name) || compare(a.code, b.code)),
  };
}

type Target = Pick<ShadowedCalls, "type" | "name" | "effect" | "code">;

class Finding {
  readonly #target: Target;
  readonly #keys = new Set<string>();
  readonly #subjects = new Set<string>();
  #calls = 0;
  #firstAt: string;
  #lastAt: string;

  constructor(target: Target, time: string) {
    this.#target = target;
    this.#firstAt = time;
    this.#lastAt = time;
  }

  add({ keyId, subject, time }: AuditEntry): void {
    this.#calls++;
    if (typeof keyId === "string") this.#keys.add(keyId);
    const party = partyText(subject);
    if (party !== undefined) this.#subjects.add(party);
    // Entries of several processes may be a little out of order.
    if (time < this.#firstAt) this.#firstAt = time;
    if (time > this.#lastAt) this.#lastAt = time;
  }

  calls(): ShadowedCalls {
    return {
      ...this.#target,
      calls: this.#calls,
      keys: [...this.#keys].toSorted(compare),
      subjects: [...this.#subjects].toSorted(compare),
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
    };
  }
}

function noteFeature(features: Map<string, ShadowedFeature>, entry: AuditEntry): void {
  const { event, feature, until, time } = entry;
  if (event !== "shadow_started" || typeof feature !== "string" || typeof until !== "string")
    return;
  const firstStartedAt = features.get(feature)?.firstStartedAt ?? time;
  features.set(feature, { feature, firstStartedAt, lastStartedAt: time, until });
}

/** One for each code. */
function shadowedCalls({ action, resource, shadow }: AuditEntry): readonly Target[] {
  if (!isObject(shadow) || !isObject(action) || !Array.isArray(shadow["codes"])) return [];
  const { effect } = shadow;
  if (effect !== "deny" && effect !== "require_approval") return [];
  const isModel = action["type"] === "model";
  const name = isModel && isObject(resource) ? resource["id"] : action["name"];
  if (typeof name !== "string") return [];
  return shadow["codes"]
    .filter((code) => typeof code === "string")
    .map((code) => ({ type: isModel ? "model" : "tool", name, effect, code }));
}

function partyText(party: JsonValue | undefined): string | undefined {
  if (!isObject(party)) return undefined;
  const { type, id } = party;
  return typeof type === "string" && typeof id === "string" ? `${type}:${id}` : undefined;
}

function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return value !== undefined && isJsonObject(value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
