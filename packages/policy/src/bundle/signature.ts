import { createHash } from "node:crypto";
import type { BundleVerification } from "../policy.ts";
import type { BundleRefusal } from "./bundle-problem.ts";
import { refuseBundle } from "./bundle-problem.ts";
import { canonicalDocument, parseJsonDocument } from "./json-document.ts";
import { closed, listOf, oneOf, open, text } from "./shape.ts";
import { readVerificationKey } from "./verification-key.ts";
import type { VerificationKey } from "./verification-key.ts";

/** That a signature covers every file, with the sequence that it claims; or why not. */
export type SignatureCheck =
  | { readonly kind: "verified"; readonly sequence?: number }
  | BundleRefusal;

const signaturesFile = ".signatures.json";

/**
 * Checks the signature of a bundle as OPA does: one JWS whose payload lists every file but
 * `.signatures.json` with its digest, none missing and none too many.
 *
 * @see OPA's documentation, "Bundles: Signing".
 */
export async function verifySignature(
  files: ReadonlyMap<string, Uint8Array>,
  verification: BundleVerification,
): Promise<SignatureCheck> {
  const key = readVerificationKey(verification);
  if (key.kind === "refused") return key;
  const content = files.get(signaturesFile);
  if (content === undefined) {
    return refuseBundle("signature_missing", "the bundle is not signed");
  }
  const claims = await verifiedClaims(content, key);
  if (claims === undefined) return invalid("no signature by the configured key");
  const fault = filesFault(files, claims.files);
  if (fault !== undefined) return invalid(fault);
  const { sequence } = claims;
  return sequence === undefined ? { kind: "verified" } : { kind: "verified", sequence };
}

interface SignedFile {
  readonly name: string;
  readonly hash: string;
  readonly algorithm: string;
}

interface Claims {
  readonly files: readonly SignedFile[];
  readonly sequence?: number;
}

interface Signatures {
  readonly signatures: readonly string[];
}

const isSignatures = closed({ signatures: listOf(text()) });

// Open for what else a signer claims. A scope is for OPA to compare with its configuration; ours has
// none, and so takes a bundle without one only.
const isClaims = open(
  { files: listOf(open({ name: text(), hash: text(), algorithm: text() })) },
  {
    scope: oneOf(""),
    sequence: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  },
);

async function verifiedClaims(
  content: Uint8Array,
  { key, algorithms }: Extract<VerificationKey, { kind: "key" }>,
): Promise<Claims | undefined> {
  // Only here: the library takes long to load, and most bundles are not signed.
  const { compactVerify } = await import("jose");
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  try {
    const signatures: unknown = JSON.parse(utf8.decode(content));
    if (!isSignatures(signatures)) return undefined;
    const [jws = "", ...others] = (signatures as Signatures).signatures;
    if (others.length > 0) return undefined;
    const { payload } = await compactVerify(jws, key, { algorithms: [...algorithms] });
    const claims: unknown = JSON.parse(utf8.decode(payload));
    return isClaims(claims) ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
}

function filesFault(
  files: ReadonlyMap<string, Uint8Array>,
  signed: readonly SignedFile[],
): string | undefined {
  const unsigned = new Set(files.keys());
  unsigned.delete(signaturesFile);
  for (const { name, hash, algorithm } of signed) {
    const content = files.get(name);
    if (content === undefined || !unsigned.delete(name)) {
      return "it covers a file that is not there, or one twice";
    }
    if (digest(name, content, algorithm) !== hash.toLowerCase()) {
      return `\`${name}\` is not as it was signed`;
    }
  }
  return unsigned.size === 0 ? undefined : "it does not cover every file";
}

const hashes: ReadonlyMap<string, string> = new Map([
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
  ["SHA-512-256", "sha512-256"],
]);

/** Undefined where the algorithm is unknown or too weak to count, or the file is not JSON. */
function digest(name: string, content: Uint8Array, algorithm: string): string | undefined {
  const hash = hashes.get(algorithm);
  if (hash === undefined) return undefined;
  try {
    return createHash(hash).update(signedContent(name, content)).digest("hex");
  } catch {
    return undefined;
  }
}

function signedContent(name: string, content: Uint8Array): Uint8Array | string {
  if (name !== ".manifest" && name !== "data.json") return content;
  return canonicalDocument(parseJsonDocument(new TextDecoder().decode(content)));
}

function invalid(message: string): BundleRefusal {
  return refuseBundle("signature_invalid", message, signaturesFile);
}
