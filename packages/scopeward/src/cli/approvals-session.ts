import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { ApprovalChannel } from "@scopeward/sdk";
import { approvalsPath } from "../approvals-path.ts";
import { settingsOf } from "../resolve-options.ts";
import type { Settings } from "../resolve-options.ts";
import { keysSettingsOf } from "../ward-keys.ts";
import type { ProjectOptions } from "./command-options.ts";
import { openProject } from "./project.ts";

/** Options of every verb of `approvals`. */
export interface ApprovalsOptions extends ProjectOptions {
  readonly format: "json" | "pretty";
  /** Folder of the queue. */
  readonly state?: string;
}

/** Options of the verbs that answer, which need the ward. */
export interface AnsweringOptions extends ApprovalsOptions {
  /** URL of the store of keys. */
  readonly store?: string;
  /** Folder or bundle that decides who may answer. */
  readonly policies?: string;
}

/** The settings of the project in the current folder, with what stands on the command line. */
export async function approvalsSettings(options: AnsweringOptions): Promise<Settings> {
  const { configuration, plugins } = await openProject(options);
  const folder = configuration?.folder ?? process.cwd();
  const settings = await settingsOf(configuration?.options ?? {}, folder, plugins);
  const { policies, store, state } = options;
  // What stands on the command line starts at the current folder.
  const given = keysSettingsOf(store === undefined ? undefined : { store }, state, process.cwd());
  return {
    ...settings,
    watch: false,
    ...(policies === undefined ? {} : { policies: resolve(policies) }),
    ...(state === undefined ? {} : { state: given.state }),
    keys: {
      ...settings.keys,
      ...(state === undefined ? {} : { state: given.state }),
      ...(given.store === undefined ? {} : { store: given.store }),
    },
  };
}

/** The queue of a project; undefined where nobody was ever asked: looking makes none. */
export async function openQueue({
  enforcement,
  keys,
}: Settings): Promise<ApprovalChannel | undefined> {
  if (enforcement.approvals !== undefined) return enforcement.approvals;
  const path = approvalsPath(keys.state);
  if (!existsSync(path)) return undefined;
  const { sqliteApprovals } = await import("@scopeward/approvals");
  return sqliteApprovals(path);
}

/** Looks into a queue and closes it, whatever happens. */
export async function lookInto<T>(
  queue: ApprovalChannel,
  look: (now: string) => Promise<T>,
): Promise<T> {
  try {
    return await look(new Date().toISOString());
  } finally {
    await queue.close();
  }
}
