import type { JsonObject } from "@scopeward/core";
import { normaliserCases } from "../../src/conformance.ts";
import type { NormaliserHarness } from "../../src/conformance.ts";
import type { Normalised, Normaliser, NormaliserTarget } from "../../src/index.ts";
import { describeSuite } from "./broken-implementations.ts";

const target: NormaliserTarget = { tool: "read_file", type: "folder" };

function underived(detail: string): Normalised {
  return { kind: "underived", detail };
}

/** Reads in which folder a file is, and keeps every rule. */
const folderNormaliser: Normaliser = {
  name: "folder",
  normalise: ({ path }) => {
    const match = typeof path === "string" ? /^(?<folder>[a-z]+)\/[a-z]+$/u.exec(path) : null;
    const folder = match?.groups?.["folder"];
    if (folder === undefined) return underived("is no path within a folder");
    return { kind: "resource", id: folder, facts: { depth: 1 } };
  },
};

function harnessOf(change: Partial<Normaliser> = {}): NormaliserHarness {
  return {
    open: async () => ({ ...folderNormaliser, ...change }),
    known: [
      { args: { path: "notes/today", mode: "r" }, target, id: "notes" },
      { args: { mode: "r", path: "payroll/march" }, target, id: "payroll" },
    ],
    unknown: [
      { args: { path: "../../etc/passwd", mode: "r" }, target },
      { args: { path: 7 }, target },
    ],
  };
}

type Answer = (args: JsonObject, sound: Normalised) => unknown;

function answers(answer: Answer): () => NormaliserHarness {
  return () =>
    harnessOf({
      normalise: (args, asked) =>
        answer(args, folderNormaliser.normalise(args, asked)) as Normalised,
    });
}

describeSuite(normaliserCases, harnessOf, [
  {
    fault: "has a name that is a pointer",
    rule: "the catalogue can name",
    harness: () => harnessOf({ name: "/folder" }),
  },
  {
    fault: "tells another id",
    rule: "told by its id",
    harness: answers((_, sound) =>
      sound.kind === "resource" ? { ...sound, id: sound.id.toUpperCase() } : sound,
    ),
  },
  {
    fault: "tells facts that are no JSON",
    rule: "is plain JSON",
    harness: answers((_, sound) =>
      sound.kind === "resource" ? { ...sound, facts: { depth: undefined } } : sound,
    ),
  },
  {
    fault: "tells what nobody asked for",
    rule: "is plain JSON",
    harness: answers((_, sound) =>
      sound.kind === "resource" ? { ...sound, confidence: 0.5 } : sound,
    ),
  },
  {
    fault: "repeats the arguments in its reason",
    rule: "told without the arguments",
    harness: answers(({ path }, sound) =>
      sound.kind === "resource" ? sound : underived(`is no path: ${JSON.stringify(path)}`),
    ),
  },
  {
    fault: "takes the root where there is no path",
    rule: "a call without arguments",
    harness: answers((args, sound) =>
      Object.keys(args).length === 0 ? { kind: "resource", id: "/" } : sound,
    ),
  },
  {
    fault: "counts",
    rule: "the same answer",
    harness: () => {
      let count = 0;
      return harnessOf({
        normalise: (args, asked) => {
          const sound = folderNormaliser.normalise(args, asked);
          count++;
          return sound.kind === "resource" && count > 6 ? { ...sound, facts: { count } } : sound;
        },
      });
    },
  },
  {
    fault: "reads the first argument, whatever it is called",
    rule: "the order in which",
    harness: answers((args, sound) =>
      sound.kind === "resource" ? { ...sound, facts: { first: Object.keys(args)[0] } } : sound,
    ),
  },
]);
