const controlCharacter = /\p{Cc}/u;

/**
 * Whether a name is a plain relative path with forward slashes: no `..`, no backslash, no leading
 * slash or drive, no control character. Nothing of a bundle is ever written to a disk by us; whoever
 * unpacks it elsewhere must be safe too.
 */
export function isPlainPath(name: string): boolean {
  if (name.includes("\\") || /^[a-z]:/iu.test(name) || controlCharacter.test(name)) return false;
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** Whether the format has a file of this name: Rego anywhere, the others at the top only. */
export function isBundleFile(name: string): boolean {
  return name.endsWith(".rego") || topFiles.has(name);
}

const topFiles: ReadonlySet<string> = new Set([
  ".manifest",
  ".signatures.json",
  "data.json",
  "plan.json",
  "policy.wasm",
]);

/** By the bytes of UTF-8, as Go sorts: JavaScript's own order is by UTF-16. */
export function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
