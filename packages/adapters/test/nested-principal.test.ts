import type { Principal } from "@scopeward/sdk";
import { describe, expect, test } from "vitest";
import { ScriptedKeys } from "../src/conformance/scripted-keys.ts";
import { nestedPrincipal } from "../src/nested-principal.ts";

const keys = new ScriptedKeys({});
const { principal: ada } = keys.issue("ada", ["a", "b"]);
const agent = { type: "agent", id: "researcher" };
const onlyA = ada.attenuate({ scopes: ["a"], actor: agent });
const onlyB = ada.attenuate({ scopes: ["b"] });

function scopesOf(principal: Principal | undefined): readonly string[] | undefined {
  return principal?.key.scopes;
}

describe("two principals of one key", () => {
  test("meet in what both may do, whichever comes first", () => {
    expect(scopesOf(nestedPrincipal(ada, onlyA))).toEqual(["a"]);
    expect(scopesOf(nestedPrincipal(onlyA, ada))).toEqual(["a"]);
    expect(scopesOf(nestedPrincipal(onlyA, onlyB))).toEqual([]);
  });

  test("keep the actors of both", () => {
    expect(nestedPrincipal(ada, onlyA)?.actors).toEqual([agent]);
    expect(nestedPrincipal(onlyA, ada)?.actors).toEqual([agent]);
  });

  test("meet in one principal each time", () => {
    expect(nestedPrincipal(onlyA, onlyB)).toBe(nestedPrincipal(onlyA, onlyB));
    expect(nestedPrincipal(ada, ada)).toBe(ada);
  });

  test("that cannot be brought together are nobody", () => {
    const stubborn = {
      ...ada,
      attenuate: () => {
        throw new TypeError("no");
      },
    } as unknown as Principal;
    expect(nestedPrincipal(onlyA, stubborn)).toBeUndefined();
  });
});

test("a principal of another key is somebody else, and stays", () => {
  const { principal: bob } = keys.issue("bob", ["a"]);
  expect(nestedPrincipal(bob, ada)).toBe(bob);
});

test("what is no principal is passed on, for the Enforcer to refuse", () => {
  for (const literal of [{}, { key: { id: ada.key.id } }]) {
    expect(nestedPrincipal(literal as Principal, ada)).toBe(literal);
  }
});
