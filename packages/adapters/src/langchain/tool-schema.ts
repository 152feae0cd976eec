import type { JsonObject } from "@scopeward/core";

/** The argument that a tool for a plain text has, in LangChain's own schema of such a tool. */
const textArgument = "input";

/** Arguments as a policy sees them: of a tool that takes a text, `{ input }`. */
export function policyArguments(parsed: unknown): unknown {
  if (typeof parsed === "object") return parsed;
  return parsed === undefined ? {} : { [textArgument]: parsed };
}

/** Parses arguments as LangChain does, and gives them as a policy sees them. Rejects for what does not fit. */
export async function parsedBySchema(schema: unknown, args: JsonObject): Promise<unknown> {
  const { isInteropZodSchema, interopParseAsync } = await import("@langchain/core/utils/types");
  if (isInteropZodSchema(schema)) return policyArguments(await interopParseAsync(schema, args));
  const { Validator } = await import("@langchain/core/utils/json_schema");
  const { valid } = new Validator(schema as ConstructorParameters<typeof Validator>[0]).validate(
    args,
  );
  if (!valid) throw new TypeError("the arguments do not fit the tool's schema");
  return args;
}

/** What a tool that takes a text is given, of what was decided on. */
export function toolArguments(args: JsonObject): unknown {
  return args[textArgument];
}
