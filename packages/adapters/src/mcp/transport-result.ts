import { isJsonObject } from "@scopeward/core";
import type { JsonObject, JsonValue } from "@scopeward/core";

/** Applies what a policy wants done to a result to one part of it. */
export type Transform = (part: unknown) => Promise<unknown>;

/** Applies a transformation to each part of a result that a person or a model reads. */
export type ResultParts = (result: JsonObject, transform: Transform) => Promise<JsonObject>;

// Members that say what kind of result it is. Of the others only known ones pass a transformation:
// nobody can say what `_meta` or a member of tomorrow holds.
const frameMembers = ["resultType", "isError", "ttlMs", "cacheScope", "requestState"];

/** How the result of a method is taken apart; of one that is not known, the result is one part. */
export function resultParts(method: string): ResultParts {
  const members = partsOf.get(method);
  if (members === undefined) return async (result, transform) => asObject(await transform(result));
  return async (result, transform) => {
    const parts: Record<string, JsonValue> = {};
    for (const name of frameMembers) {
      if (result[name] !== undefined) parts[name] = result[name];
    }
    for (const [name, apply] of Object.entries({ ...members, inputRequests })) {
      if (result[name] !== undefined) parts[name] = await apply(result[name], transform);
    }
    return parts;
  };
}

type Part = (value: JsonValue, transform: Transform) => Promise<JsonValue>;

const whole: Part = async (value, transform) => (await transform(value)) as JsonValue;

// A question to the client's user or model may quote what the tool has read.
const inputRequests: Part = whole;

const each =
  (part: Part): Part =>
  async (value, transform) =>
    Array.isArray(value)
      ? await Promise.all((value as readonly JsonValue[]).map((item) => part(item, transform)))
      : await part(value, transform);

/** A content block, or the contents of a resource. */
const block: Part = async (value, transform) => {
  if (!isJsonObject(value)) return await whole(value, transform);
  const { text, resource } = value;
  const frame = await blockFrame(value, transform);
  if (typeof text === "string") return { ...frame, text: await whole(text, transform) };
  if (isJsonObject(resource)) return { ...frame, resource: await block(resource, transform) };
  // Bytes are not text: neither a member nor a pattern can name what is in them.
  for (const name of ["data", "blob"]) {
    if (typeof value[name] === "string") return { ...frame, [name]: value[name] };
  }
  const { _meta: _unread, ...rest } = value;
  return await whole(rest, transform);
};

/** What a block says of itself beside what it holds; its hints and what nobody knows are left out. */
async function blockFrame(
  { type, mimeType, uri }: JsonObject,
  transform: Transform,
): Promise<JsonObject> {
  return {
    ...(type === undefined ? {} : { type }),
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(uri === undefined ? {} : asObject(await transform({ uri }))),
  };
}

const promptMessage: Part = async (value, transform) =>
  isJsonObject(value) && value["content"] !== undefined
    ? { role: value["role"] ?? "user", content: await each(block)(value["content"], transform) }
    : await whole(value, transform);

const partsOf: ReadonlyMap<string, Readonly<Record<string, Part>>> = new Map([
  ["tools/call", { content: each(block), structuredContent: whole }],
  ["resources/read", { contents: each(block) }],
  ["prompts/get", { description: whole, messages: each(promptMessage) }],
  ["completion/complete", { completion: whole }],
]);

/** What is taken out of results is taken out of the error that comes in the place of one. */
export async function errorParts(error: JsonObject, transform: Transform): Promise<JsonObject> {
  const { code, message, data } = error;
  const left = asObject(await transform({ message, ...(data === undefined ? {} : { data }) }));
  return {
    message: "the server answered with an error",
    ...left,
    ...(code === undefined ? {} : { code }),
  };
}

/** @throws TypeError for what no result can be, so that it is withheld. */
function asObject(value: unknown): JsonObject {
  if (isJsonObject(value)) return value;
  throw new TypeError("the result of a method is an object");
}
