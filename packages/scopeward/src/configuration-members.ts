import { isJsonObject, isRfc3339 } from "@scopeward/core";
import { isBundleSource, isPlugin } from "@scopeward/sdk";
import type { Shadow } from "@scopeward/sdk";
import type { Configuration } from "./configuration.ts";
import { ScopewardError } from "./scopeward-error.ts";

/** Lists what is wrong with the value of the member `name`. */
type Check = (value: unknown, name: string) => readonly string[];

/** The members of `T`, each with its check: one that is missing here does not compile. */
type Checks<T> = { readonly [member in keyof Required<T>]: Check };

function configurationChecks(): Checks<Configuration> {
  return {
    policies: must(
      (value) => isText(value) || isBundleSource(value),
      "the path of a folder or bundle file, or a bundle source",
    ),
    state: must(isText, "the path of a folder"),
    keys: members<NonNullable<Configuration["keys"]>>({
      store: must(isText, "the URL of a store: sqlite:PATH, postgres://… or redis://…"),
      tenant: must(isTenant, "lower-case letters, digits, `.`, `_` and `-`"),
      pepperFile: must(isText, "the path of a file"),
      knownOwner: must((value) => typeof value === "function", "a function"),
    }),
    watch: must((value) => typeof value === "boolean", "true or false"),
    plugins: must(isListOf(isPluginEntry), "a list of module paths or plugins"),
    ignore: must(isListOf(isText), "a list of globs"),
    verify: members<NonNullable<Configuration["verify"]>>({
      key: must(isText, "a public key as PEM or JWK text"),
      keyFile: must(isText, "the path of a file with a public key"),
      algorithm: must(isText, "the name of a JWS algorithm"),
    }),
    isolation: must((value) => value === "none" || value === "worker", '`"none"` or `"worker"`'),
    limits: members<NonNullable<Configuration["limits"]>>({
      inputBytes: wholeNumber,
      inputDepth: wholeNumber,
      memoryBytes: wholeNumber,
      timeoutMs: wholeNumber,
    }),
    approvals: must(
      hasMembers("create", "get", "list", "answer", "consume"),
      "an approval channel",
    ),
    limiter: must(hasMembers("reserve", "settle", "release"), "a limiter"),
    shadow: checkShadow,
    expects: must(isListOf(isText), "a list of obligation types"),
    enforcer: members<NonNullable<Configuration["enforcer"]>>({
      approvalMs: wholeNumber,
      pendingApprovalsPerKey: wholeNumber,
      portMs: wholeNumber,
      argsBytes: wholeNumber,
    }),
  };
}

/**
 * Checks a configuration.
 * @param place - where it comes from, for the message.
 * @throws ScopewardError `configuration_invalid`, naming every member that is wrong.
 */
export function parseConfiguration(value: unknown, place: string): Configuration {
  const faults = members(configurationChecks())(value, "");
  if (faults.length > 0) {
    const lines = [`${place} is invalid:`, ...faults.map((fault) => `  ${fault}`)];
    throw new ScopewardError("configuration_invalid", lines.join("\n"));
  }
  return value as Configuration;
}

function members<T>(checks: Checks<T>): Check {
  const known = new Map(Object.entries<Check>(checks));
  return (value, name) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return [`${name === "" ? "it" : `\`${name}\``} must be an object, not ${kindOf(value)}`];
    }
    return Object.entries(value).flatMap(([member, content]) => {
      const path = name === "" ? member : `${name}.${member}`;
      const check = known.get(member);
      if (check === undefined) {
        return [`\`${path}\` is not known; possible are ${[...known.keys()].join(", ")}`];
      }
      return content === undefined ? [] : check(content, path);
    });
  };
}

function must(test: (value: unknown) => boolean, wanted: string): Check {
  return (value, name) =>
    test(value) ? [] : [`\`${name}\` must be ${wanted}, not ${kindOf(value)}`];
}

const wholeNumber: Check = must(
  (value) => Number.isSafeInteger(value) && (value as number) > 0,
  "a whole number above 0",
);

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isTenant(value: unknown): boolean {
  return typeof value === "string" && /^[a-z0-9][a-z0-9._-]{0,62}$/u.test(value);
}

function isPluginEntry(value: unknown): boolean {
  return isText(value) || value instanceof URL || isPlugin(value);
}

function hasMembers(...names: readonly string[]): (value: unknown) => boolean {
  return (value) =>
    typeof value === "object" &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === "function");
}

// The members are features: any name will do, and each has to have its end.
const checkShadow: Check = (value, name) => {
  if (!isJsonObject(value)) {
    return [`\`${name}\` must be an object of features, not ${kindOf(value)}`];
  }
  const until = must(isTime, "an RFC 3339 time, such as `2026-12-31T00:00:00Z`");
  const onlyUntil = members<Shadow[string]>({ until: () => [] });
  return Object.entries(value).flatMap(([feature, entry]) => {
    const path = `${name}.${feature}`;
    const faults = onlyUntil(entry, path);
    return isJsonObject(entry) ? [...faults, ...until(entry["until"], `${path}.until`)] : faults;
  });
};

function isTime(value: unknown): boolean {
  return typeof value === "string" && isRfc3339(value);
}

function isListOf(test: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(test);
}

// The kind and not the value: a configuration may hold what must not be shown.
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === "") return "an empty text";
  if (Array.isArray(value)) return "a list";
  return `a value of type ${typeof value}`;
}
