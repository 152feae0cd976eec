// The quick start: decide real requests by the reference policies, then edit a policy while it
// serves. Every claim that is printed is checked; the process ends with 1 when one does not hold.
import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openScopeward, problemPlace } from "scopeward";
import type { AccessRequest, Decision, Ward, WardEvents } from "scopeward";

/** One line of the story, from requests.json. */
interface Case {
  readonly title: string;
  readonly request: AccessRequest;
  readonly expected: { readonly effect: Decision["effect"]; readonly codes: readonly string[] };
}

const policies = fileURLToPath(new URL("../../policies", import.meta.url));
const cases = JSON.parse(
  await readFile(new URL("requests.json", import.meta.url), "utf8"),
) as readonly Case[];

const closed = `
deny contains {"code": "closed_for_maintenance", "message": "back at noon"} if input.phase == "call"
`;

const broken = `
deny contains {"code": "oops"} if input.sbject.id == "ada"
`;

const copy = await mkdtemp(join(tmpdir(), "scopeward-quickstart-"));
try {
  await decideAll();
  await cp(policies, copy, { recursive: true });
  await editWhileServing();
} finally {
  await rm(copy, { recursive: true, force: true });
}

/** Builds the reference policies and decides every request. */
async function decideAll(): Promise<void> {
  const start = performance.now();
  const ward = await openScopeward({ policies });
  console.log(`built policies/ in ${milliseconds(performance.now() - start)}: ${ward.revision}\n`);
  const rows = cases.map(({ title, request, expected }) => {
    const decision = ward.decide(request);
    const codes = decision.reasons.map(({ code }) => code);
    assert.deepEqual({ effect: decision.effect, codes }, expected, title);
    return [who(request), what(request), decision.effect, why(decision, request)];
  });
  printTable([["who", "tool or model", "effect", "reason"], ...rows]);
  await ward.close();
  assert.equal(ward.decide(cases[0]!.request).reasons[0]?.code, "engine:no_bundle");
}

/** Edits a policy of the copy: once well, once badly. */
async function editWhileServing(): Promise<void> {
  const ward = await openScopeward({ policies: copy, watch: true });
  const served = cases.find(({ request }) => ward.decide(request).effect === "allow");
  assert(served, "no request of the story is allowed");
  const { request, title } = served;
  const target = ward.catalogue[request.action.type === "tool" ? "tools" : "models"];
  const name = request.action.type === "tool" ? request.action.name : request.resource?.id;
  const feature = target[name ?? ""]?.features[0];
  const file = join(copy, "features", `${feature}.rego`);

  console.log(`\n"${title}" is ${ward.decide(request).effect}. Now a rule is added to ${feature}:`);
  console.log(indent(closed.trim()));
  const start = performance.now();
  const reload = next(ward, "reload");
  await appendFile(file, closed);
  await reload;
  const elapsed = performance.now() - start;
  const decision = ward.decide(request);
  assert.equal(decision.reasons[0]?.code, "closed_for_maintenance");
  console.log(`${milliseconds(elapsed)} later it is ${decision.effect}: ${why(decision, request)}`);

  console.log("\nThen somebody saves a rule that is broken:");
  const { revision } = ward;
  const failed = next(ward, "reload-failed");
  await appendFile(file, broken);
  const { problems } = await failed;
  assert(problems.length > 0);
  for (const problem of problems) console.log(`  ${problemPlace(problem)}: ${problem.message}`);
  assert.equal(ward.revision, revision);
  assert.deepEqual(ward.decide(request), decision);
  console.log("nothing changed: the last good policies still decide");
  await ward.close();
}

/** The next event of a kind, or a failure when none comes in time. */
async function next<E extends keyof WardEvents>(ward: Ward, event: E): Promise<WardEvents[E]> {
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} within 10 s`)), 10_000);
    const off = ward.on(event, (detail) => {
      clearTimeout(timer);
      off();
      resolve(detail);
    });
  });
}

function who({ subject, key }: AccessRequest): string {
  return `${subject.id} (${key.audience})`;
}

function what({ action, resource, phase }: AccessRequest): string {
  const name = action.type === "model" ? `${action.name} ${resource?.id ?? ""}` : action.name;
  return phase === "list" ? `${name} (list)` : name;
}

function why(decision: Decision, request: AccessRequest): string {
  const { reasons, missingScopes, obligations, args } = decision;
  const codes = reasons.map(({ code, message }) => (message ? `${code}: ${message}` : code));
  if (missingScopes) codes.push(`any of ${missingScopes.join(", ")} would do`);
  for (const [name, value] of Object.entries(args ?? {})) {
    if (value !== request.args?.[name]) codes.push(`with ${name} ${JSON.stringify(value)}`);
  }
  codes.push(...obligations.map(({ type }) => `with ${type}`));
  return codes.join("; ");
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}

function indent(text: string): string {
  return text.replaceAll(/^/gmu, "  ");
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}
