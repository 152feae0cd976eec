import { join } from "node:path";
import { expect, test } from "vitest";
import { findConfiguration, loadConfiguration } from "../src/configuration-file.ts";
import type { ScopewardErrorCode } from "../src/scopeward-error.ts";
import { ScopewardError } from "../src/scopeward-error.ts";
import { temporaryFolder } from "./temporary-folder.ts";

async function faultOf(work: Promise<unknown>): Promise<ScopewardError> {
  try {
    await work;
  } catch (error) {
    if (ScopewardError.is(error)) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const module = '{ "type": "module" }';

test.for([
  ["scopeward.config.ts", "const watch: boolean = true;\nexport default { watch };"],
  ["scopeward.config.mts", "export default { watch: true as const };"],
  ["scopeward.config.js", "export default { watch: true };"],
  ["scopeward.config.mjs", "export default { watch: true };"],
  ["scopeward.config.json", '{ "watch": true }'],
] as const)("%s is found and loaded", async ([name, text]) => {
  const folder = await temporaryFolder({ [name]: text, "package.json": module });
  const file = await findConfiguration(folder);
  expect(file).toBe(join(folder, name));
  expect(await loadConfiguration(file!)).toEqual({ file, folder, options: { watch: true } });
});

test("no configuration is none", async () => {
  expect(await findConfiguration(await temporaryFolder())).toBeUndefined();
});

test("two configurations are refused by their names: neither wins silently", async () => {
  const folder = await temporaryFolder({
    "scopeward.config.json": "{}",
    "scopeward.config.mjs": "export default {};",
  });
  const error = await faultOf(findConfiguration(folder));
  expect(error.code).toBe("configuration_invalid");
  expect(error.message).toContain("scopeward.config.json");
  expect(error.message).toContain("scopeward.config.mjs");
});

test.for<[string, string, ScopewardErrorCode, string]>([
  ["scopeward.config.mjs", "export const a = 1;", "configuration_unreadable", "default export"],
  ["scopeward.config.mjs", "throw new Error('boom');", "configuration_unreadable", "boom"],
  ["scopeward.config.mjs", "export default {", "configuration_unreadable", "cannot be imported"],
  ["scopeward.config.json", "{", "configuration_unreadable", "cannot be imported"],
  ["scopeward.config.mts", "export default 5;", "configuration_invalid", "must be an object"],
  ["scopeward.config.mts", "export default { wach: 1 };", "configuration_invalid", "`wach`"],
])("%s holding `%s` is %s", async ([name, text, code, hint]) => {
  const folder = await temporaryFolder({ [name]: text });
  const error = await faultOf(loadConfiguration(join(folder, name)));
  expect(error.code).toBe(code);
  expect(error.message).toContain(hint);
  expect(error.message).toContain(name);
});
