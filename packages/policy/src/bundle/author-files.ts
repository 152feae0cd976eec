import type { PolicyFiles } from "@scopeward/sdk";
import { PolicyError } from "../policy-error.ts";
import type { Bundle } from "./bundle.ts";
import { decodeBundle } from "./bundle.ts";
import { canonicalDocument, isDocumentObject, parseJsonDocument } from "./json-document.ts";

/**
 * The author's part of a bundle: the Rego sources without the library, and the data without what the
 * build added, as `data.json`. The bundle must be whole; its signature is not looked at.
 *
 * @throws PolicyError `bundle_refused`.
 */
export async function readBundle(bytes: Uint8Array): Promise<PolicyFiles> {
  const reading = await decodeBundle(bytes);
  if (reading.kind === "refused") throw new PolicyError("bundle_refused", reading.problems);
  // `__proto__.rego` is no name that a policy folder has, but nothing here forbids one like it.
  const files = Object.create(null) as Record<string, string>;
  for (const [name, content] of reading.bundle.files) {
    if (name.endsWith(".rego") && !name.startsWith("scopeward/")) {
      files[name] = new TextDecoder().decode(content);
    }
  }
  const data = authorData(reading.bundle);
  if (data !== "{}") files["data.json"] = data;
  return files;
}

function authorData({ dataText }: Bundle): string {
  const document = parseJsonDocument(dataText);
  if (!isDocumentObject(document)) return "{}";
  const { scopeward: _, ...data } = document;
  return canonicalDocument(data);
}
