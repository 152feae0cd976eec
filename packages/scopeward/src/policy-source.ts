import { stat } from "node:fs/promises";
import type { Problem } from "@scopeward/core";
import { bundleFileSource, bundleSource, folderSource, startReload } from "@scopeward/policy";
import type {
  Loaded,
  Policy,
  Reload,
  ReloadListener,
  ReloadSource,
  SnapshotLoader,
} from "@scopeward/policy";
import type { PolicyFiles } from "@scopeward/sdk";
import { loadBundle } from "./bundle-loader.ts";
import { openPolicyCompiler } from "./policy-compiler.ts";
import type { Settings } from "./resolve-options.ts";
import { ScopewardError } from "./scopeward-error.ts";
import type { ScopewardErrorCode } from "./scopeward-error.ts";

/** Policies that were read and loaded, and what it takes to load them again. */
export interface OpenedSource {
  readonly policy: Policy;
  /** Loads each change from now on. */
  watch(listener: ReloadListener<Policy>): Reload;
  /** Ends the compiler, where there is one; a watch cannot load any more. */
  release(): Promise<void>;
}

/**
 * Reads and loads the folder, bundle file or source that the settings name.
 * @throws ScopewardError `policies_unreadable`, `policies_invalid`, `bundle_refused`.
 */
export async function openPolicySource(settings: Settings): Promise<OpenedSource> {
  const { policies } = settings;
  const loader: SnapshotLoader<Uint8Array, Policy> = {
    load: async (bytes) => await loadBundle(bytes, settings),
    discard,
  };
  if (typeof policies !== "string") {
    return await openBundle(bundleSource({ source: policies, ...loader }));
  }
  return (await isFolder(policies))
    ? await openFolder(policies, settings)
    : await openBundle(bundleFileSource({ file: policies, ...loader }));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const message = `policies \`${path}\` cannot be read: there is no such folder or file`;
    throw new ScopewardError("policies_unreadable", message, { cause });
  }
}

async function openFolder(folder: string, settings: Settings): Promise<OpenedSource> {
  const { ignore, verify, plugins } = settings;
  if (verify !== undefined) {
    throw new ScopewardError(
      "configuration_invalid",
      `the configuration is invalid:\n  \`verify\` is for bundles, and \`${folder}\` is a folder: build and sign it`,
    );
  }
  const compiler = await openPolicyCompiler(plugins);
  const release = async (): Promise<void> => await compiler.close();
  const load = async (files: PolicyFiles): Promise<Loaded<Policy>> => {
    const built = await compiler.build({ files });
    return built.kind === "built"
      ? await loadBundle(built.bundle, settings)
      : { kind: "refused", problems: built.problems };
  };
  const source = folderSource<Policy>({ folder, ignore, load, discard });
  return await openSource(source, "policies_invalid", release);
}

async function openBundle(source: ReloadSource<Uint8Array, Policy>): Promise<OpenedSource> {
  return await openSource(source, "bundle_refused", () => Promise.resolve());
}

function discard(policy: Policy): void {
  policy.close();
}

async function openSource<S>(
  source: ReloadSource<S, Policy>,
  refusal: ScopewardErrorCode,
  release: () => Promise<void>,
): Promise<OpenedSource> {
  try {
    const snapshot = await source.read();
    if (snapshot.kind === "unreadable")
      throw fault("policies_unreadable", source.name, snapshot.problems);
    const loaded = await source.load(snapshot.content);
    if (loaded.kind === "refused") throw fault(refusal, source.name, loaded.problems);
    return {
      policy: loaded.value,
      watch: (listener) => startReload(source, snapshot.digest, listener),
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

const sayings: Partial<Record<ScopewardErrorCode, string>> = {
  policies_unreadable: "cannot be read",
  policies_invalid: "do not build",
  bundle_refused: "are a bundle that is refused",
};

function fault(
  code: ScopewardErrorCode,
  name: string,
  problems: readonly Problem[],
): ScopewardError {
  return new ScopewardError(code, `policies \`${name}\` ${sayings[code]}:`, { problems });
}
