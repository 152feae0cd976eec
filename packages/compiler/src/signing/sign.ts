import type { SigningOptions } from "@scopeward/sdk";
import { CompactSign } from "jose";
import { readSigningKey } from "./signing-key.ts";

/** One file of a bundle, digested as OPA verifies it. */
export interface SignedFile {
  readonly name: string;
  /** In hex. */
  readonly hash: string;
  readonly algorithm: string;
}

/**
 * Makes the text of `.signatures.json`: one JWS over the digests of all files, as `opa sign` does, without
 * a time, and with the claim `sequence` where there is one.
 * @returns undefined if the key cannot be used. Why is not told: the reason can hold parts of the key.
 */
export async function signFiles(
  files: readonly SignedFile[],
  options: SigningOptions,
): Promise<string | undefined> {
  const { keyId, sequence } = options;
  const claims = {
    files,
    // OPA reads the key's id from the header; verifiers before it did from here.
    ...(keyId === undefined ? {} : { keyid: keyId }),
    ...(sequence === undefined ? {} : { sequence }),
  };
  try {
    const { key, algorithm } = readSigningKey(options);
    const signature = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({
        alg: algorithm,
        typ: "JWT",
        ...(keyId === undefined ? {} : { kid: keyId }),
      })
      .sign(key);
    return JSON.stringify({ signatures: [signature] });
  } catch {
    return undefined;
  }
}
