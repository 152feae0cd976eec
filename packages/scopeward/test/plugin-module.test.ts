import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { defineBuiltin, definePlugin, type } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { loadPlugins } from "../src/plugin-module.ts";
import { ScopewardError } from "../src/scopeward-error.ts";
import { temporaryFolder } from "./temporary-folder.ts";

// Another copy of the sdk, as a plugin that was installed elsewhere has.
const text = `
const plugin = { name: "acme", builtins: [] };
plugin[Symbol.for("scopeward.plugin")] = true;
export default plugin;
`;

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (ScopewardError.is(error)) return error.code;
    throw error;
  }
  return "accepted";
}

test("a plugin is loaded by path, by URL and as a value", async () => {
  const folder = await temporaryFolder({
    "acme.plugin.mjs": text,
    "other.plugin.mjs": text.replace('"acme"', '"other"'),
  });
  const url = pathToFileURL(join(folder, "acme.plugin.mjs"));
  const own = definePlugin({ name: "own" });
  const other = new URL("other.plugin.mjs", url);
  const loaded = await loadPlugins(["acme.plugin.mjs", other, own], folder);
  expect(loaded.map(({ plugin, module }) => [plugin.name, module])).toEqual([
    ["acme", url.href],
    ["other", new URL("other.plugin.mjs", url).href],
    ["own", undefined],
  ]);
});

test("a plugin that is named twice is loaded once", async () => {
  const folder = await temporaryFolder({ "acme.plugin.mjs": text });
  const url = pathToFileURL(join(folder, "acme.plugin.mjs"));
  const own = definePlugin({ name: "own" });
  const loaded = await loadPlugins(["acme.plugin.mjs", own, url, own], folder);
  expect(loaded.map(({ plugin }) => plugin.name)).toEqual(["acme", "own"]);
});

test("a plugin that is not there, or fails, is unreadable", async () => {
  const folder = await temporaryFolder({ "a.mjs": "throw new Error('boom');" });
  expect(await codeOf(loadPlugins(["b.mjs"], folder))).toBe("plugin_unreadable");
  expect(await codeOf(loadPlugins(["a.mjs"], folder))).toBe("plugin_unreadable");
});

test.for(["export default {};", "export default undefined;", "export default () => 1;"])(
  "a module holding `%s` is no plugin",
  async (source) => {
    const folder = await temporaryFolder({ "a.mjs": source });
    expect(await codeOf(loadPlugins(["a.mjs"], folder))).toBe("plugin_invalid");
  },
);

test("two plugins that define one builtin are refused", async () => {
  const risk = defineBuiltin({
    name: "acme.risk",
    args: [],
    result: type.number,
    evaluate: () => 1,
  });
  const twins = ["a", "b"].map((name) => definePlugin({ name, builtins: [risk] }));
  expect(await codeOf(loadPlugins(twins, "."))).toBe("plugin_invalid");
});
