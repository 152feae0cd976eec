/** The oldest Node that Scopeward runs on: the first with type stripping for configuration files. */
export const leastNodeVersion = "22.22.0";

/** Whether a version such as `24.21.0` is at least {@link leastNodeVersion}. */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = leastNodeVersion.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
