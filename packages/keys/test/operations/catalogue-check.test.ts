import type { Audience } from "@scopeward/core";
import { describe, expect, test } from "vitest";
import {
  catalogueRefusal,
  type GrantHolder,
  standingOf,
} from "../../src/operations/catalogue-check.ts";
import { referenceCatalogue } from "../reference-catalogue.ts";

const bare = (audience: Audience): GrantHolder => ({ audience, constraints: {} });

describe("what a grant is worth", () => {
  test.each([
    ["notes:read", "internal", "open"],
    ["notes:read", "external", "open"],
    ["notes:write", "external", "scope_audience"],
    ["chat:use", "internal", "scope_audience"],
    ["notes:erase", "internal", "scope_unknown"],
    ["notes", "internal", "scope_unknown"],
    ["notes:read:**", "internal", "scope_unknown"],
    ["notes:*", "external", "open"],
    ["**", "internal", "open"],
    ["rows:read", "internal", "constraint_missing"],
    ["rows:*", "external", "constraint_missing"],
    ["constructor", "internal", "scope_unknown"],
  ] as const)("%s to an %s key without constraints: %s", (grant, audience, kind) => {
    expect(standingOf(grant, { audience, constraints: {} }, referenceCatalogue).kind).toBe(kind);
  });

  test.each([[["sales"]], [[]], [false]])("a constraint that is there is enough: %j", (dataset) => {
    const holder = { audience: "internal", constraints: { dataset } } as const;
    expect(standingOf("rows:read", holder, referenceCatalogue)).toEqual({ kind: "open" });
  });

  test("a constraint that an object inherits is not there", () => {
    const catalogue = {
      ...referenceCatalogue,
      scopes: { odd: { ...referenceCatalogue.scopes["rows:read"]!, requires: ["toString"] } },
    };
    expect(standingOf("odd", bare("internal"), catalogue).kind).toBe("constraint_missing");
  });
});

describe("why grants cannot be given", () => {
  test("the first that is worth nothing is told, with the member that is to be changed", () => {
    expect(
      catalogueRefusal(
        ["notes:read", "notes:erase", "rows:read"],
        bare("internal"),
        referenceCatalogue,
      ),
    ).toMatchObject({ code: "scope_unknown", field: "scopes" });
    expect(catalogueRefusal(["rows:read"], bare("internal"), referenceCatalogue)).toMatchObject({
      code: "constraint_missing",
      field: "constraints",
    });
  });

  test("all that are worth something can be given", () => {
    expect(
      catalogueRefusal(["notes:*", "**"], bare("external"), referenceCatalogue),
    ).toBeUndefined();
  });

  test("without policies nothing can be given", () => {
    expect(catalogueRefusal([], bare("internal"), undefined)?.code).toBe("catalogue_unavailable");
  });
});
