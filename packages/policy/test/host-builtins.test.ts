import { expect, test } from "vitest";
import { builtins } from "../src/builtins/index.ts";
import { hostBuiltins } from "../src/host-builtins.ts";

test("the list that compilers are given names each builtin there is, in order", () => {
  expect(hostBuiltins).toEqual(Object.keys(builtins).toSorted());
});
