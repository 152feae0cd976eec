import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { openJsonLines } from "@scopeward/audit";
import type { Catalogue } from "@scopeward/core";
import {
  environmentSecrets,
  firstPepper,
  openKeys,
  openKeyStore,
  secretFile,
} from "@scopeward/keys";
import type { Keys, KeyStore } from "@scopeward/keys";
import type { AuditLog, SecretProvider } from "@scopeward/sdk";
import { auditHistory } from "./audit-history.ts";
import type { KeysConfiguration } from "./configuration.ts";

/** Where the keys of a ward are, with absolute paths. */
export interface KeysSettings extends KeysConfiguration {
  /** Folder of the audit log, and of the store where none is named. */
  readonly state: string;
}

/** Folder of keys and audit log where the configuration names none. */
const defaultState = ".scopeward";

const storeFile = "keys.db";

/** A configuration of keys as it is used; relative paths start at `folder`. */
export function keysSettingsOf(
  keys: KeysConfiguration | undefined,
  state: string | undefined,
  folder: string,
): KeysSettings {
  const { store, pepperFile, ...rest } = keys ?? {};
  return {
    ...rest,
    state: resolve(folder, state ?? defaultState),
    ...(store === undefined ? {} : { store: absoluteStore(store, folder) }),
    ...(pepperFile === undefined ? {} : { pepperFile: resolve(folder, pepperFile) }),
  };
}

/**
 * The keys of a ward or of one command. Nothing is read or made before the first call.
 * @param notify - told once, in words, when a pepper was made.
 * @param audit - closed with the keys.
 * @throws KeyStoreError `misconfigured` for a store's URL that is none.
 */
export function openWardKeys(
  settings: KeysSettings,
  catalogue: () => Catalogue | undefined,
  notify: (message: string) => void,
  audit: AuditLog = openWardAudit(settings),
): Keys {
  const store = openKeyStore(settings.store ?? `sqlite:${join(settings.state, storeFile)}`);
  const { knownOwner } = settings;
  return openKeys({
    store,
    secrets: secretsOf(settings, store, notify),
    audit,
    catalogue,
    lintSources: {
      ...auditHistory(auditFolder(settings)),
      ...(knownOwner === undefined ? {} : { knownOwner }),
    },
    ...(settings.tenant === undefined ? {} : { tenant: settings.tenant }),
  });
}

/** The audit log of a ward; its file is made at the first entry. */
export function openWardAudit(settings: KeysSettings): AuditLog {
  return openJsonLines(auditFolder(settings));
}

/** Where the audit log of a ward is. */
export function auditFolder({ state }: KeysSettings): string {
  return join(state, "audit");
}

/** Whether there may be keys: an embedded store that was never used has no file, and gets none by looking. */
export function mayHaveKeys(settings: KeysSettings): boolean {
  const { store, state } = settings;
  if (store === undefined) return existsSync(join(state, storeFile));
  return store.startsWith("sqlite:") ? existsSync(store.slice("sqlite:".length)) : true;
}

function secretsOf(
  settings: KeysSettings,
  store: KeyStore,
  notify: (message: string) => void,
): SecretProvider {
  if (settings.pepperFile === undefined && (process.env["SCOPEWARD_PEPPER"] ?? "") !== "") {
    return environmentSecrets();
  }
  const file = secretFile({
    notBelow: settings.state,
    ...(settings.pepperFile === undefined ? {} : { path: settings.pepperFile }),
  });
  return firstPepper({
    file,
    // A store that ever held a key needs the pepper of then: another one would not open it.
    isEmpty: async () => (await store.changesSince(0)).head === 0,
    created: (place) =>
      notify(
        `made the pepper that the keys are hashed with: ${place}. Keep a copy apart from the keys: without it every key is lost`,
      ),
  });
}

function absoluteStore(url: string, folder: string): string {
  const path = /^sqlite:(.+)$/u.exec(url)?.[1];
  return path === undefined ? url : `sqlite:${resolve(folder, path)}`;
}
