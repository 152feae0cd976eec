import { describe, expect, test } from "vitest";
import { keyStoreCases } from "../../../src/conformance.ts";
import { harnessOf, testServer } from "./postgres-database.ts";

const server = testServer();

describe("the rules of every key store", () => {
  test.for(keyStoreCases)("$name", async ({ run }) => {
    await expect(run(harnessOf(await server.database()))).resolves.toBeUndefined();
  });
});
