import type { RegoType, RegoTypeJson, TypeOf } from "./rego-type.ts";

/** A builtin as the compiler sees it: OPA's declaration JSON, no function. */
export interface BuiltinDeclaration {
  readonly name: string;
  readonly decl: {
    readonly type: "function";
    readonly args: readonly RegoTypeJson[];
    readonly result: RegoTypeJson;
  };
}

/**
 * A builtin written in TypeScript (port version 1): known to check, test, build and evaluation
 * alike. `evaluate` is synchronous and pure; `undefined` is Rego's undefined; a thrown error makes
 * the decision a deny with `engine:builtin_failed`.
 */
export interface Builtin extends BuiltinDeclaration {
  readonly evaluate: (...args: readonly never[]) => unknown;
}

type Arguments<A extends readonly RegoType[]> = { [index in keyof A]: TypeOf<A[index]> };

const namePattern = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/u;

/**
 * Declares a builtin for Rego policies.
 *
 * @param name - two or more parts joined by dots, such as `acme.risk`; the part before the first
 *   dot is the plugin's own name space. `scopeward.` is reserved.
 * @throws TypeError if the name is malformed or reserved.
 *
 * @example
 * const risk = defineBuiltin({
 *   name: "acme.risk",
 *   args: [type.string],
 *   result: type.number,
 *   evaluate: (dataset) => (dataset === "payroll" ? 9 : 1),
 * });
 */
export function defineBuiltin<const A extends readonly RegoType[], R>(definition: {
  readonly name: string;
  readonly args: A;
  readonly result: RegoType<R>;
  readonly evaluate: (...args: Arguments<A>) => R | undefined;
}): Builtin {
  const { name, args, result, evaluate } = definition;
  if (!namePattern.test(name)) {
    throw new TypeError(
      `builtin name \`${name}\` must be dotted lower-case, such as \`acme.risk\``,
    );
  }
  if (name.startsWith("scopeward.")) {
    throw new TypeError(`builtin name \`${name}\` takes the reserved name space \`scopeward\``);
  }
  if (args.length > 4) {
    throw new TypeError(`builtin \`${name}\` has ${args.length} arguments, at most 4 are possible`);
  }
  return Object.freeze({
    name,
    decl: Object.freeze({
      type: "function" as const,
      args: args.map((argument) => argument.json),
      result: result.json,
    }),
    evaluate,
  });
}
