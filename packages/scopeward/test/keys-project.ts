import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findTokens } from "@scopeward/keys";
import type { KeyRecord } from "@scopeward/keys";
import { scopeward } from "./command-line.ts";
import type { Run } from "./command-line.ts";
import { projectFolder, temporaryFolder } from "./temporary-folder.ts";

/** How one run is started. */
interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A new key, as programs read it. */
interface NewKey {
  readonly key: KeyRecord;
  readonly token: string;
}

/** A folder with policies and a configuration, in which commands on keys run. */
export interface KeysProject {
  readonly cwd: string;
  /** The user's configuration folder, with the pepper. */
  readonly home: string;
  /** Runs `scopeward keys <args>`; fails when a token is on standard error. */
  run(args: readonly string[], options?: RunOptions): Promise<Run>;
  /** As `run`, for the JSON document of a run that must succeed. */
  answer<T = unknown>(args: readonly string[], options?: RunOptions): Promise<T>;
  /** An internal key of Ada for `notes:read`, with these arguments more. */
  issue(...args: string[]): Promise<NewKey>;
}

const rowsFeature = `# METADATA
# title: Rows
package features.rows

# METADATA
# title: Read rows
scopes["rows:read"] := {
	"tools": {"read_rows": {"resource": {"type": "dataset", "from": "/dataset"}}},
	"requires": ["dataset"],
}
`;

let bundle: Promise<Buffer> | undefined;

/** The policies of `init`, with a feature about rows, as a bundle; built once in this process. */
export async function policiesBundle(): Promise<Buffer> {
  return await (bundle ??= buildBundle());
}

/** A project of its own: state, store and pepper are gone after the test. */
export async function keysProject(): Promise<KeysProject> {
  const files = { "scopeward.config.mts": "export default { policies: 'policies.tar.gz' };" };
  const cwd = await temporaryFolder(files);
  await writeFile(join(cwd, "policies.tar.gz"), await policiesBundle());
  // The first key makes a pepper in the user's configuration folder, which must not be a real one's.
  const home = await temporaryFolder();

  const run = async (args: readonly string[], options: RunOptions = {}): Promise<Run> => {
    const env = { XDG_CONFIG_HOME: home, ...options.env };
    const ended = await scopeward(["keys", ...args], { ...options, cwd, env });
    if (findTokens(ended.stderr).length > 0) throw new Error("there is a token on standard error");
    return ended;
  };
  const answer = async <T>(args: readonly string[], options?: RunOptions): Promise<T> => {
    const { code, stdout, stderr } = await run(args, options);
    if (code !== 0) throw new Error(`keys ${args.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  };
  const issue = async (...args: string[]): Promise<NewKey> =>
    await answer<NewKey>([
      "issue",
      "--owner",
      "user:ada",
      "--kind",
      "int",
      "--scope",
      "notes:read",
      "--json",
      ...args,
    ]);
  return { cwd, home, run, answer, issue };
}

// Most of what a command takes is the compiler.
async function buildBundle(): Promise<Buffer> {
  const cwd = await projectFolder({ "policies/features/rows.rego": rowsFeature });
  const { code, stderr } = await scopeward(["build", "-o", "policies.tar.gz"], { cwd });
  if (code !== 0) throw new Error(stderr);
  return await readFile(join(cwd, "policies.tar.gz"));
}
