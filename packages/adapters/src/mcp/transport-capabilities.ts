import { isJsonObject } from "@scopeward/core";
import type { JsonObject, JsonValue } from "@scopeward/core";

/**
 * What a server says that it can, as the guard lets it: no tasks, whose results would come by another
 * way; and lists that may change, as the policies may.
 */
export function openCapabilities(result: JsonObject): JsonObject {
  const given = isJsonObject(result["capabilities"]) ? result["capabilities"] : {};
  const { tasks: _tasks, ...rest } = given;
  const capabilities: Record<string, JsonValue> = { ...rest };
  for (const kind of ["tools", "prompts", "resources"]) {
    const capability = capabilities[kind];
    if (isJsonObject(capability)) capabilities[kind] = { ...capability, listChanged: true };
  }
  return { ...result, capabilities };
}
