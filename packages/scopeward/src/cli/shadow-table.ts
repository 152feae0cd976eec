import { ageText, visibleText } from "@scopeward/approvals";
import { prettyTable } from "./formats/pretty.ts";
import type { ShadowedCalls, ShadowedFeature, ShadowReport } from "./shadow-report.ts";

const shownNames = 3;

/** The report for people: the features, then what they would have refused. */
export function shadowTable({ features, findings }: ShadowReport, nowMs: number): string {
  return [
    table(
      ["feature", "in shadow since", "until"],
      features.map((feature) => featureRow(feature, nowMs)),
    ),
    table(
      ["tool or model", "would be", "code", "calls", "keys", "subjects", "first", "last"],
      findings.map(findingRow),
    ),
  ]
    .filter((text) => text !== "")
    .join("\n");
}

function featureRow(
  { feature, firstStartedAt, until }: ShadowedFeature,
  nowMs: number,
): readonly string[] {
  const isOver = Date.parse(until) <= nowMs;
  const end = `${until} (${ageText(until, nowMs)}${isOver ? ": enforced since" : ""})`;
  return [feature, firstStartedAt, end];
}

function findingRow(finding: ShadowedCalls): readonly string[] {
  const { name, effect, code, calls, keys, subjects, firstAt, lastAt } = finding;
  const wouldBe = effect === "deny" ? "denied" : "asked";
  return [name, wouldBe, code, String(calls), some(keys), some(subjects), firstAt, lastAt];
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, shownNames).join(", ");
  return names.length > shownNames ? `${shown} and ${names.length - shownNames} more` : shown;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  return prettyTable([head, ...rows.map((row) => row.map((cell) => visibleText(cell)))]);
}
