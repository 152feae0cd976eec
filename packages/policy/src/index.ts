export type { PolicyFolder, PolicyFolderOptions } from "./policy-folder.ts";
export { readPolicyFolder } from "./policy-folder.ts";
export type { BundleSourceOptions } from "./reload/bundle-source.ts";
export { bundleSource } from "./reload/bundle-source.ts";
export type { FolderSourceOptions } from "./reload/folder-source.ts";
export { folderSource, stampPolicyFolder } from "./reload/folder-source.ts";
export type { Reload, ReloadListener, ReloadTimes } from "./reload/reload.ts";
export { startReload } from "./reload/reload.ts";
export type {
  EntryKind,
  Loaded,
  ReloadSource,
  Snapshot,
  SnapshotLoader,
} from "./reload/reload-source.ts";
