/**
 * What keys may do, as sets of things that can be asked for: no pattern, no chain walk of the code
 * under test. Scopes and datasets that nobody names stand for all others, so that a wildcard is more
 * than the list of what it happens to cover.
 */

/** Grants, each with every scope of the model that it covers. */
export const grants = {
  "a:r": ["a:r"],
  "a:w": ["a:w"],
  "b:r": ["b:r"],
  "a:*": ["a:r", "a:w", "a:other"],
  "b:*": ["b:r", "b:w", "b:other"],
  "*:r": ["a:r", "b:r", "other:r"],
  "**": ["a:r", "a:w", "a:other", "b:r", "b:w", "b:other", "other:r", "other:other", "other"],
} as const satisfies { readonly [grant: string]: readonly string[] };

export type Grant = keyof typeof grants;

/**
 * Every dataset of the model. In the order in which limits that were met are stored, so that a list is
 * never another one by its order alone, which an update holds to the rules like any change.
 */
export const datasets = ["hr", "other", "sales"] as const;

/** A list, or undefined where nothing narrows. */
export type DatasetLimit = readonly (typeof datasets)[number][] | undefined;

/** Who asks: this process, or one of two management keys. */
export type ActorName = "local" | "ada's manager" | "everybody's manager";

/** What the two management keys may do. */
export const managers = {
  "ada's manager": { scopes: ["a:*"], owners: ["user:ada"], maxLifeSeconds: 3_600 },
  "everybody's manager": { scopes: ["**"], owners: ["*"], maxLifeSeconds: 3_600 },
} as const;

/** One key as the model knows it. */
export interface ModelKey {
  readonly parent: ModelKey | undefined;
  readonly owner: string;
  scopes: readonly Grant[];
  dataset: DatasetLimit;
  expiresMs: number | undefined;
  status: "active" | "disabled" | "revoked";
}

interface Reach {
  readonly scopes: ReadonlySet<string>;
  readonly datasets: ReadonlySet<string>;
}

type Wanted = Pick<ModelKey, "owner" | "scopes" | "dataset" | "expiresMs">;

/** The key and all above it. */
export function chainOf(key: ModelKey): readonly ModelKey[] {
  return key.parent === undefined ? [key] : [key, ...chainOf(key.parent)];
}

/** What a key by itself, and all above it, allow: only what each of them allows. */
export function reachOf(keys: readonly Pick<ModelKey, "scopes" | "dataset">[]): Reach {
  const each: readonly Reach[] = keys.map(({ scopes, dataset }) => ({
    scopes: new Set<string>(scopes.flatMap((grant) => [...grants[grant]])),
    datasets: new Set<string>(dataset ?? datasets),
  }));
  return each.reduce((all, one) => ({
    scopes: common(all.scopes, one.scopes),
    datasets: common(all.datasets, one.datasets),
  }));
}

/** Whether a key and all above it can be used. */
export function isUsable(key: ModelKey, nowMs: number): boolean {
  return chainOf(key).every(
    ({ status, expiresMs }) => status === "active" && nowMs < (expiresMs ?? Infinity),
  );
}

/** The limit that a child has that says nothing about datasets: that of all above it. */
export function inheritedLimit(above: readonly ModelKey[]): DatasetLimit {
  if (above.every(({ dataset }) => dataset === undefined)) return undefined;
  const left = reachOf(above).datasets;
  return datasets.filter((dataset) => left.has(dataset));
}

/** When the first of these ends. */
export function earliestEnd(keys: readonly ModelKey[]): number {
  return Math.min(Infinity, ...keys.map(({ expiresMs }) => expiresMs ?? Infinity));
}

/** Whether a key may be like this below those above it. */
export function isWithinParents(wanted: Wanted, above: readonly ModelKey[]): boolean {
  if (above.length === 0) return true;
  const limit = reachOf(above);
  const own = reachOf([wanted]);
  return (
    isWithin(own.scopes, limit.scopes) &&
    isWithin(own.datasets, limit.datasets) &&
    (wanted.expiresMs ?? Infinity) <= earliestEnd(above)
  );
}

/** Whether somebody may end keys of this owner. */
export function mayEnd(actor: ActorName, owner: string): boolean {
  if (actor === "local") return true;
  const owners: readonly string[] = managers[actor].owners;
  return owners.includes("*") || owners.includes(owner);
}

/** Whether somebody may bring a key into this state. */
export function mayGive(actor: ActorName, wanted: Wanted, nowMs: number): boolean {
  if (actor === "local") return true;
  const { scopes, maxLifeSeconds } = managers[actor];
  const limit = reachOf([{ scopes, dataset: undefined }]);
  return (
    mayEnd(actor, wanted.owner) &&
    isWithin(reachOf([wanted]).scopes, limit.scopes) &&
    (wanted.expiresMs ?? Infinity) <= nowMs + maxLifeSeconds * 1_000
  );
}

/** Whether everything of one set is in another. */
export function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((one) => all.has(one));
}

function common(some: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...some].filter((one) => others.has(one)));
}
