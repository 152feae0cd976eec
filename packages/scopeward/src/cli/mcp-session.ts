import { resolve } from "node:path";
import type { Configuration } from "../configuration.ts";
import { openResolved } from "../open-scopeward.ts";
import { settingsOf } from "../resolve-options.ts";
import { ScopewardError } from "../scopeward-error.ts";
import type { Ward } from "../ward.ts";
import type { ProjectOptions } from "./command-options.ts";
import type { ExitCode } from "./exit-code.ts";
import { printable } from "./formats/pretty.ts";
import { InvalidInput } from "./invalid-input.ts";
import { isWithin, patienceMs } from "./mcp-child.ts";
import { openGateway } from "./mcp-gateway.ts";
import type { Gateway } from "./mcp-gateway.ts";
import { LineTransport } from "./mcp-lines.ts";
import { openServer } from "./mcp-server.ts";
import type { OpenedServer, RemoteServer } from "./mcp-server.ts";
import type { Output } from "./output.ts";
import { findTargets, openProject } from "./project.ts";
import type { Project } from "./project.ts";

/** Options of `scopeward mcp`. */
export interface McpOptions extends ProjectOptions, RemoteServer {
  readonly printTools?: true;
  readonly prefix?: string;
  readonly policies?: string;
  readonly state?: string;
  readonly store?: string;
}

const endingSignals = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/**
 * Serves until the client or the server ends. Standard output carries the protocol alone.
 * @returns the server's own exit code, where it runs as a process.
 * @throws InvalidInput for what cannot be used at the start.
 */
export async function serveMcp(
  command: readonly string[],
  options: McpOptions,
  output: Output,
): Promise<ExitCode> {
  const token = process.env["SCOPEWARD_TOKEN"] ?? "";
  if (token === "") {
    throw new InvalidInput("there is no key: put its token into the variable SCOPEWARD_TOKEN");
  }
  const note = (line: string): void => output.note(printable(`scopeward mcp: ${line}`));
  const ward = await openWard(options);
  try {
    await checkToken(ward, token);
    const server = await openServer(command, options, note);
    const client = new LineTransport(process.stdin, process.stdout);
    const gateway = await openGateway({
      client,
      server: server.transport,
      enforcer: ward.enforcer,
      token,
      prefix: options.prefix ?? "",
      note,
    });
    const release = follow(ward, gateway, server, note);
    const first = await gateway.ended;
    // What was asked before the end of standard input is answered, as a pipeline expects.
    if (first === "client") await isWithin(patienceMs, gateway.settled());
    await client.close();
    await server.stop();
    release();
    // The server's own: whoever started it through us reads it as before.
    return (await server.exited) as ExitCode;
  } finally {
    await ward.close();
  }
}

async function openWard(options: McpOptions): Promise<Ward> {
  try {
    const project = await openProject(options);
    const { configuration, plugins } = project;
    const { state, store } = options;
    const configured = configuration?.options ?? {};
    const settings = await settingsOf(
      {
        ...configured,
        policies: await policiesFor(options, project),
        watch: true,
        ...(state === undefined ? {} : { state: resolve(state) }),
        ...(store === undefined ? {} : { keys: { ...configured.keys, store } }),
      },
      configuration?.folder ?? process.cwd(),
      plugins,
    );
    return await openResolved(settings);
  } catch (error) {
    if (!ScopewardError.is(error)) throw error;
    // In one line: a client shows no more of why its server did not start.
    const [first = ""] = error.message.split("\n");
    throw new InvalidInput(`${first} (${error.code}): run \`scopeward check\` to see all`);
  }
}

async function policiesFor(
  { policies: path }: McpOptions,
  project: Project,
): Promise<NonNullable<Configuration["policies"]>> {
  const configured = project.configuration?.options.policies;
  if (path === undefined && typeof configured === "object") return configured;
  const paths = path === undefined ? [] : [path];
  const [target] = await findTargets(paths, project, "folders-and-bundles");
  return resolve(target?.path ?? "policies");
}

const remedies: ReadonlyMap<string, string> = new Map([
  ["key:malformed", "give the whole token of a key, and nothing else"],
  ["key:unknown", "see that --state and --store name the place where the key was issued"],
]);

async function checkToken(ward: Ward, token: string): Promise<void> {
  const verification = await ward.keys.verify(token);
  if (verification.outcome === "verified") return;
  const next = remedies.get(verification.code) ?? "issue another with `scopeward keys issue`";
  throw new InvalidInput(`the token in SCOPEWARD_TOKEN is refused (${verification.code}): ${next}`);
}

/** Passes signals on, and news of the policies. @returns what ends it. */
function follow(
  ward: Ward,
  gateway: Gateway,
  server: OpenedServer,
  note: (line: string) => void,
): () => void {
  ward.on("reload", () => void gateway.tellOfChange());
  ward.on("reload-failed", ({ problems }) =>
    note(
      `a change of the policies is refused (${problems.length} problems): the last good ones stay`,
    ),
  );
  ward.on("notify", ({ channel, decisionId, keyId }) =>
    note(`notice for ${channel}: decision ${decisionId} of key ${keyId}`),
  );
  const pass = (name: NodeJS.Signals): void => server.signal(name);
  for (const name of endingSignals) process.on(name, pass);
  return () => {
    for (const name of endingSignals) process.off(name, pass);
  };
}
