// A supervisor hands a part of its work to a researcher that may do less. What the researcher reads tries
// to use it for what it may not do. Every claim that is printed is checked; the process ends with 1 when
// one does not hold.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readEntries } from "@scopeward/audit";
import { openScopeward } from "scopeward";
import type { Principal, Secret } from "scopeward";
import { published, Team } from "./team.ts";

const folder = await mkdtemp(join(tmpdir(), "scopeward-delegation-"));
const ward = await openScopeward({
  policies: fileURLToPath(new URL("policies", import.meta.url)),
  state: join(folder, "state"),
  keys: { pepperFile: join(folder, "secrets", "pepper.json") },
});
try {
  const token = await issueKey();
  const supervisor = await supervisorOf(token);
  const team = new Team(ward);
  await delegate(team, supervisor);
  const researcher = team.researcher;
  assert(researcher !== undefined);
  tellNarrowing(supervisor, researcher);
  await tellLog();
  await revoke(supervisor, researcher);
} finally {
  await ward.close();
  await rm(folder, { recursive: true, force: true });
}

/** Ada's key for the supervisor, which may do everything with two reports. */
async function issueKey(): Promise<Secret> {
  const issued = await ward.keys.issue({
    owner: "user:ada",
    audience: "internal",
    scopes: ["research:*"],
    constraints: { report: ["q3", "salaries"] },
  });
  assert(issued.kind === "issued", JSON.stringify(issued));
  return issued.token;
}

async function supervisorOf(token: Secret): Promise<Principal> {
  const verification = await ward.keys.verify(token);
  assert(verification.outcome === "verified");
  // From here on the log says that it was not Ada herself.
  return verification.principal.attenuate({ actor: { type: "agent", id: "supervisor" } });
}

/** The supervisor asks the researcher about `q3`, and publishes what comes back. */
async function delegate(team: Team, supervisor: Principal): Promise<void> {
  const read = await team.work(supervisor);
  console.log("The researcher, which believes what it reads in the report:");
  const expected = [
    ["read_report q3", "allowed"],
    ["publish_report salaries", "scope:missing"],
    ["read_report salaries", "key:constraint"],
    ["ask_researcher salaries", "scope:missing"],
  ];
  for (const [index, [call = "", code = ""]] of expected.entries()) {
    const text = read.researcher[index] ?? "";
    assert.equal(text.includes("denied by policy"), code !== "allowed", text);
    if (code !== "allowed") assert(text.includes(code), text);
    console.log(`  ${call.padEnd(26)} ${code}`);
  }
  console.log("The supervisor:");
  const [answer = "", publication = ""] = read.supervisor;
  assert.match(answer, /sales went up/u);
  assert.equal(publication, "published q3");
  console.log("  ask_researcher q3          allowed\n  publish_report q3          allowed");
  assert.deepEqual(published, ["q3"]);
}

/** Less is less: nothing that a sub-agent says widens it again. */
function tellNarrowing(supervisor: Principal, researcher: Principal): void {
  const wider = researcher.attenuate({
    scopes: ["research:*"],
    constraints: { report: ["q3", "salaries"] },
    expiresAt: "2099-01-01T00:00:00Z",
  });
  assert.deepEqual(wider.key.scopes, ["research:read"]);
  assert.deepEqual(wider.key.constraints, { report: ["q3"] });
  assert.equal(wider.expiresAt, researcher.expiresAt);
  assert.deepEqual(supervisor.key.scopes, ["research:*"]);
  console.log(
    `\nThe researcher has ${wider.key.scopes.join()} on q3, and no more if it asks for more.`,
  );
}

/** The log says for each call who did it, and through whom. */
async function tellLog(): Promise<void> {
  console.log("\nThe audit log:");
  const lines: string[] = [];
  for await (const entry of readEntries(join(folder, "state", "audit"))) {
    if (entry.type !== "decision") continue;
    const action = entry["action"] as { readonly name: string };
    const actors = (entry["actors"] as readonly { readonly id: string }[]).map(({ id }) => id);
    const codes = (entry["codes"] as readonly string[]).join();
    const who = ["ada", ...actors].join(" > ");
    lines.push(`${who.padEnd(30)} ${action.name.padEnd(15)} ${entry["effect"] as string} ${codes}`);
  }
  console.log(lines.map((line) => `  ${line.trimEnd()}`).join("\n"));
  const through = (who: string): number =>
    lines.filter((line) => line.startsWith(`${who} `)).length;
  assert.deepEqual([lines.length, through("ada > supervisor > researcher")], [6, 4]);
}

/** One key is behind both. */
async function revoke(supervisor: Principal, researcher: Principal): Promise<void> {
  const revoked = await ward.keys.revoke(supervisor.key.id, { reason: "the project is over" });
  assert.equal(revoked.kind, "ended");
  console.log("\nAda's key is revoked:");
  for (const [name, principal] of Object.entries({ supervisor, researcher })) {
    const call = { principal, tool: "read_report", args: { report: "q3" } };
    const authorized = await ward.enforcer.authorize(call);
    assert(authorized.kind === "deny");
    const codes = authorized.decision.reasons.map(({ code }) => code);
    assert.deepEqual(codes, ["key:revoked"]);
    console.log(`  ${name.padEnd(12)} ${codes.join()}`);
  }
}
