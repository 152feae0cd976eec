import { execFile } from "node:child_process";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readEntries } from "@scopeward/audit";
import type { AuditEntry, Caller, Run, ToolBody } from "@scopeward/sdk";
import { openScopeward } from "scopeward";
import type { Configuration, Issued, IssueRequest, Principal, Ward } from "scopeward";
import { onTestFinished, vi } from "vitest";
import { repositoryRoot } from "../architecture/repository.ts";

const attacks = join(repositoryRoot, "test/attacks");
const main = join(repositoryRoot, "packages/scopeward/src/main.ts");

/** The policies of the attacks that need no plugin. */
export const policyFolder: string = join(attacks, "policies");

/** The module of the plugin that misbehaves as it is told. */
export const probePlugin: string = join(attacks, "probe.plugin.ts");

/** A call, as an adapter makes one. */
export type Attempt = Partial<Parameters<Ward["enforcer"]["authorize"]>[0]> & {
  readonly tool: string;
};

/** What came of a call: its codes and whether the tool ran, and with which arguments. */
export interface Attempted {
  readonly kind: Run<unknown>["kind"];
  readonly codes: readonly string[];
  readonly ran: readonly unknown[];
  readonly result?: unknown;
  readonly approval?: string;
}

/** A ward with its own state, keys in SQLite and audit log, to be attacked. */
export class AttackedWard {
  readonly ward: Ward;
  readonly folder: string;

  constructor(ward: Ward, folder: string) {
    this.ward = ward;
    this.folder = folder;
  }

  get state(): string {
    return join(this.folder, "state");
  }

  /** A key, by default Ada's for a week. */
  async issue(scopes: readonly string[], request: Partial<IssueRequest> = {}): Promise<Issued> {
    const issued = await this.ward.keys.issue({
      owner: "user:ada",
      scopes,
      expires: "7d",
      ...request,
    });
    if (issued.kind !== "issued") throw new Error(JSON.stringify(issued));
    return issued;
  }

  /** The token of such a key, as its holder has it. */
  async token(scopes: readonly string[], request: Partial<IssueRequest> = {}): Promise<string> {
    return (await this.issue(scopes, request)).token.reveal();
  }

  async principal(
    scopes: readonly string[],
    request: Partial<IssueRequest> = {},
  ): Promise<Principal> {
    const { token } = await this.issue(scopes, request);
    const verification = await this.ward.keys.verify(token);
    if (verification.outcome !== "verified") throw new Error(verification.code);
    return verification.principal;
  }

  /** Calls a tool that tells whether it ran, and answers with `answer`. */
  async attempt(caller: Caller, attempt: Attempt, answer: unknown = "ran"): Promise<Attempted> {
    const { tool, ...call } = attempt;
    const ran: unknown[] = [];
    const body: ToolBody<unknown> = {
      name: tool,
      execute: (args) => {
        ran.push(args);
        return answer;
      },
    };
    const run = await this.ward.enforcer.run({ ...call, ...caller } as never, body);
    return {
      kind: run.kind,
      codes: codesOf(run),
      ran,
      ...(run.kind === "done" ? { result: run.result } : {}),
      ...(run.kind === "approval" ? { approval: run.approval.id } : {}),
    };
  }

  /** What the audit log holds now. */
  async entries(): Promise<readonly AuditEntry[]> {
    const entries: AuditEntry[] = [];
    for await (const entry of readEntries(join(this.state, "audit"))) entries.push(entry);
    return entries;
  }
}

/** Opens one; it is gone after the test. */
export async function attackedWard(configuration: Configuration = {}): Promise<AttackedWard> {
  const folder = await temporaryFolder();
  const policies = join(folder, "policies.tar.gz");
  await writeFile(policies, await policiesBundle());
  const spy = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  onTestFinished(() => spy.mockRestore());
  const ward = await openScopeward({
    policies,
    state: join(folder, "state"),
    keys: { pepperFile: join(folder, "secrets", "pepper.json") },
    ...configuration,
  });
  onTestFinished(async () => await ward.close());
  return new AttackedWard(ward, folder);
}

const bundles = new Map<string, Promise<Buffer>>();

/** The policies of the attacks as a bundle; each is built once in this process, for builds take long. */
export async function policiesBundle(kind: "plain" | "plugins" = "plain"): Promise<Buffer> {
  const bundle = bundles.get(kind) ?? built(...sources[kind]);
  bundles.set(kind, bundle);
  return await bundle;
}

const sources = {
  plain: [policyFolder],
  plugins: [join(attacks, "plugin-policies"), "--plugin", probePlugin],
} as const;

/** What `scopeward build` makes of these arguments. */
export async function built(...args: readonly string[]): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "scopeward-attack-"));
  try {
    const file = join(folder, "bundle.tar.gz");
    await promisify(execFile)(process.execPath, [main, "build", ...args, "--output", file]);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "scopeward-attack-")));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  return folder;
}

function codesOf(run: Run<unknown>): readonly string[] {
  return run.kind === "done" ? [] : run.decision.reasons.map(({ code }) => code);
}
