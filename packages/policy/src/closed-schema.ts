import { isRfc3339 } from "@scopeward/core";
import type { JsonObject } from "@scopeward/core";
import type { ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

/** Tells where and how a value differs from a schema, without what it holds; undefined if it fits. */
export type SchemaCheck = (value: unknown) => string | undefined;

// The schemas are our own and tested; to check them again each time would take longer than all else.
const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  validateSchema: false,
  meta: false,
  formats: { "date-time": isRfc3339 },
});

/**
 * A check by a JSON Schema of this project (draft 2020-12). Compiling takes about ten milliseconds,
 * so it is put off to the first call.
 *
 * @returns a function that also has `compile`, to have it done while something else is waited for.
 */
export function closedSchema(schema: JsonObject): SchemaCheck & { readonly compile: () => void } {
  let compiled: ReturnType<Ajv2020["compile"]> | undefined;
  const compile = (): ReturnType<Ajv2020["compile"]> => (compiled ??= ajv.compile(schema));
  const check: SchemaCheck = (value) => {
    const matches = compiled ?? compile();
    if (matches(value)) return undefined;
    const [error] = matches.errors ?? [];
    const place = error?.instancePath ?? "";
    const saying = sayingOf(error);
    return place === "" ? saying : `\`${place}\` ${saying}`;
  };
  return Object.assign(check, { compile: () => void compile() });
}

// The allowed values are the schema's and may be told, other than those of what was checked.
function sayingOf(error: ErrorObject | undefined): string {
  const allowed: unknown = error?.keyword === "enum" ? error.params["allowedValues"] : undefined;
  if (!Array.isArray(allowed)) return error?.message ?? "does not match";
  return `must be one of ${allowed.map((value) => `\`${String(value)}\``).join(", ")}`;
}
