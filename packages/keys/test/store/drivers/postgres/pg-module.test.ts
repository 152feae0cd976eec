import { expect, test } from "vitest";
import { importPg } from "../../../../src/store/drivers/postgres/pg-module.ts";

test("without the package `pg` the store is misconfigured, and says what to install", async () => {
  const missing = Object.assign(new Error("no such package"), { code: "ERR_MODULE_NOT_FOUND" });
  const importing = importPg(() => Promise.reject(missing));
  await expect(importing).rejects.toMatchObject({ name: "KeyStoreError", code: "misconfigured" });
  await expect(importing).rejects.toThrow("npm install pg");
});

test("a package that breaks when it is loaded is not taken for a missing one", async () => {
  const broken = new SyntaxError("broken");
  await expect(importPg(() => Promise.reject(broken))).rejects.toBe(broken);
});
