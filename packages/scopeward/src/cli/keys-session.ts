import type { Catalogue } from "@scopeward/core";
import { KeyStoreError } from "@scopeward/keys";
import type { Keys } from "@scopeward/keys";
import { keysSettingsOf, mayHaveKeys, openWardKeys } from "../ward-keys.ts";
import type { ProjectOptions } from "./command-options.ts";
import { InvalidInput } from "./invalid-input.ts";
import type { Output } from "./output.ts";
import { findTargets, openProject } from "./project.ts";
import type { Project } from "./project.ts";

/** Options of every command on keys. */
export interface KeysSessionOptions extends ProjectOptions {
  /** Folder of keys and audit log. */
  readonly state?: string;
  /** URL of the store. */
  readonly store?: string;
  /** Folder or bundle that declares the scopes. */
  readonly policies?: string;
}

/** The keys that a command works on. */
export interface KeysSession {
  readonly keys: Keys;
  /** What the policies declare; undefined where nobody asked. */
  readonly catalogue: Catalogue | undefined;
  close(): Promise<void>;
}

/**
 * Opens the keys of the project in the current folder.
 * @param needs - `catalogue` builds the policies, whose scopes are issued; `store` looks at none.
 * @returns undefined when the policies do not build, which is reported then.
 * @throws InvalidInput when there are no policies, or the URL of the store is none.
 */
export async function openKeysSession(
  options: KeysSessionOptions,
  output: Output,
  needs: "catalogue" | "store",
): Promise<KeysSession | undefined> {
  const project = await openProject(options);
  const catalogue = needs === "store" ? undefined : await readCatalogue(options, project, output);
  if (needs === "catalogue" && catalogue === undefined) return undefined;
  const keys = openKeysOf(options, project, catalogue, output);
  return { keys, catalogue, close: async () => await keys.close() };
}

// The store's URL is checked as it is opened, before any I/O.
function openKeysOf(
  options: KeysSessionOptions,
  project: Project,
  catalogue: Catalogue | undefined,
  output: Output,
): Keys {
  const settings = settingsOf(options, project);
  try {
    return openWardKeys(
      settings,
      () => catalogue,
      (message) => output.note(message),
    );
  } catch (error) {
    if (!KeyStoreError.is(error) || error.code !== "misconfigured") throw error;
    throw new InvalidInput(error.message);
  }
}

/** Whether there may be keys where the options say; looking makes no place for them. */
export async function mayHaveSessionKeys(options: KeysSessionOptions): Promise<boolean> {
  return mayHaveKeys(settingsOf(options, await openProject(options)));
}

function settingsOf(
  { state, store }: KeysSessionOptions,
  { configuration }: Project,
): ReturnType<typeof keysSettingsOf> {
  const folder = configuration?.folder ?? process.cwd();
  const configured = keysSettingsOf(
    configuration?.options.keys,
    configuration?.options.state,
    folder,
  );
  // What stands on the command line starts at the current folder.
  const given = keysSettingsOf(store === undefined ? undefined : { store }, state, process.cwd());
  return {
    ...configured,
    ...(state === undefined ? {} : { state: given.state }),
    ...(given.store === undefined ? {} : { store: given.store }),
  };
}

async function readCatalogue(
  { policies }: KeysSessionOptions,
  project: Project,
  output: Output,
): Promise<Catalogue | undefined> {
  const paths = policies === undefined ? [] : [policies];
  const [target] = await findTargets(paths, project, "folders-and-bundles");
  if (target === undefined) throw new InvalidInput("give the folder of your policies");
  const { openPolicyTarget } = await import("./policy-target.ts");
  const opened = await output.progress("building", openPolicyTarget(target, project, output));
  await opened?.close();
  return opened?.catalogue;
}
