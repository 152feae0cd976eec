export { hostBuiltins } from "./host-builtins.ts";
export { readBundle } from "./bundle/author-files.ts";
export type { BundleProblemCode } from "./bundle/bundle-problem.ts";
export { openEvaluator, openPolicy } from "./open-policy.ts";
export type { BundleVerification, Policy, PolicyLimits, PolicyOptions } from "./policy.ts";
export type { PolicyErrorCode } from "./policy-error.ts";
export { PolicyError } from "./policy-error.ts";
export type { PolicyFolder, PolicyFolderOptions } from "./policy-folder.ts";
export { readPolicyFolder } from "./policy-folder.ts";
export type { BundleFileOptions } from "./reload/bundle-file.ts";
export { bundleFile, bundleFileSource } from "./reload/bundle-file.ts";
export type { BundleSourceOptions } from "./reload/bundle-source.ts";
export { bundleSource } from "./reload/bundle-source.ts";
export type { FolderSourceOptions } from "./reload/folder-source.ts";
export { folderSource, stampPolicyFolder } from "./reload/folder-source.ts";
export type { Reload, ReloadListener, ReloadTimes } from "./reload/reload.ts";
export { startReload } from "./reload/reload.ts";
export type {
  Loaded,
  ReloadSource,
  Snapshot,
  SnapshotLoader,
  SourceWatch,
} from "./reload/reload-source.ts";
