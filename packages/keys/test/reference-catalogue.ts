import type { Catalogue, CatalogueScope } from "@scopeward/core";

function scope(
  feature: string,
  tools: readonly string[],
  rest: Partial<CatalogueScope> = {},
): CatalogueScope {
  return { feature, tools, models: [], audiences: ["internal"], requires: [], ...rest };
}

/** A small catalogue: scopes for both audiences, for one, with a required constraint, with a model. */
export const referenceCatalogue: Catalogue = {
  features: {
    chat: { scopes: ["chat:use"] },
    notes: { scopes: ["notes:read", "notes:write"] },
    rows: { scopes: ["rows:read"] },
  },
  scopes: {
    "chat:use": scope("chat", [], { models: ["atlas-1"], audiences: ["external"] }),
    "notes:read": scope("notes", ["search_notes"], { audiences: ["external", "internal"] }),
    "notes:write": scope("notes", ["write_note"]),
    "rows:read": scope("rows", ["sql_query"], {
      audiences: ["external", "internal"],
      requires: ["dataset"],
    }),
  },
  tools: {
    search_notes: {
      features: ["notes"],
      scopes: { internal: ["notes:read"], external: ["notes:read"] },
      resource: "none",
    },
    sql_query: {
      features: ["rows"],
      scopes: { internal: ["rows:read"], external: ["rows:read"] },
      resource: { type: "dataset", from: "/dataset" },
    },
    write_note: {
      features: ["notes"],
      scopes: { internal: ["notes:write"], external: [] },
      resource: "none",
    },
  },
  models: {
    "atlas-1": { features: ["chat"], scopes: { internal: [], external: ["chat:use"] } },
  },
};
