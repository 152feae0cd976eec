import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sqliteApprovals } from "@scopeward/approvals";
import { findTokens } from "@scopeward/keys";
import type { ApprovalRecord, ApprovalRequest } from "@scopeward/sdk";
import { scopeward } from "../../command-line.ts";
import type { Run } from "../../command-line.ts";
import { keysProject } from "../../keys-project.ts";
import { projectFolder } from "../../temporary-folder.ts";

/** A project in which people are asked. */
export interface ApprovalsProject {
  readonly cwd: string;
  /** In which its keys open. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `scopeward approvals <args>` with the token of the environment or the input. */
  run(args: readonly string[], given?: { token?: string; input?: string }): Promise<Run>;
  /** The token of a new key. */
  issue(owner: string, scope: string): Promise<string>;
  /** Puts a question of Ada's and answers with its id. */
  ask(name: string, members?: Partial<ApprovalRequest>): Promise<string>;
  /** A question as it is kept. */
  kept(id: string): Promise<ApprovalRecord | undefined>;
}

const approvalsFeature = `# METADATA
# title: Approvals
package features.approvals

# METADATA
# title: Answer questions
scopes["approvals:answer"] := {"tools": {"answer_approval": {"resource": {"type": "approval", "from": "/approval"}}}}

# METADATA
# title: Remove all notes
scopes["notes:purge"] := {"tools": {"purge_notes": {"resource": "none"}}}

require_approval contains {"code": "purge", "message": "it cannot be undone"} if {
	input.action.name == "purge_notes"
}

deny contains {"code": "not_today", "message": "not today"} if {
	input.subject.id == "heidi"
}
`;

let bundle: Promise<Buffer> | undefined;

/** A project of its own, whose policies say who may answer. */
export async function approvalsProject(): Promise<ApprovalsProject> {
  const project = await keysProject();
  const { cwd } = project;
  await writeFile(join(cwd, "policies.tar.gz"), await (bundle ??= buildBundle()));
  const env = { SCOPEWARD_PEPPER: `p1:${randomBytes(32).toString("base64")}` };
  const path = join(cwd, ".scopeward", "approvals.db");
  return {
    cwd,
    env,
    run: async (args, { token, input } = {}) => {
      const ended = await scopeward(["approvals", ...args], {
        cwd,
        env: { ...env, SCOPEWARD_TOKEN: token ?? "" },
        ...(input === undefined ? {} : { input }),
      });
      if (findTokens(ended.stderr + ended.stdout).length > 0) throw new Error("there is a token");
      return ended;
    },
    issue: async (owner, scope) => {
      const args = ["--owner", owner, "--kind", "int", "--scope", scope, "--expires", "1d"];
      return (await project.answer<{ token: string }>(["issue", ...args, "--json"], { env })).token;
    },
    ask: async (name, members = {}) => {
      const request = sampleRequest(name, members);
      const queue = sqliteApprovals(path);
      await queue.create(request, request.createdAt, 100);
      await queue.close();
      return request.id;
    },
    kept: async (id) => {
      const queue = sqliteApprovals(path);
      const record = await queue.get(id, new Date().toISOString());
      await queue.close();
      return record;
    },
  };
}

function sampleRequest(name: string, members: Partial<ApprovalRequest>): ApprovalRequest {
  const nowMs = Date.now();
  return {
    id: `${name}-`.padEnd(24, "0"),
    binding: `binding of ${name}`,
    tenant: "default",
    keyId: "000000000001",
    subject: { type: "user", id: "ada" },
    actors: [],
    action: { type: "tool", name: "write_note" },
    args: { text: "hello" },
    codes: ["large_note"],
    reasons: [{ code: "large_note", message: "it is large" }],
    createdAt: new Date(nowMs - 180_000).toISOString(),
    expiresAt: new Date(nowMs + 900_000).toISOString(),
    ...members,
  };
}

// Most of what a command takes is the compiler.
async function buildBundle(): Promise<Buffer> {
  const cwd = await projectFolder({ "policies/features/approvals.rego": approvalsFeature });
  const { code, stderr } = await scopeward(["build", "-o", "policies.tar.gz"], { cwd });
  if (code !== 0) throw new Error(stderr);
  return await readFile(join(cwd, "policies.tar.gz"));
}
