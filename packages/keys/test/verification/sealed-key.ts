import type { KeyKind } from "@scopeward/sdk";
import type { KeyBody } from "../../src/record/key-body.ts";
import { sealKey } from "../../src/record/seal.ts";
import type { Pepper, Peppers } from "../../src/secrets/peppers.ts";
import { openPeppers } from "../../src/secrets/peppers.ts";
import type { StoredKey } from "../../src/store/key-store.ts";
import { mintToken, newKeyId } from "../../src/token/token.ts";

/** A key as it is stored, with the token that opens it. */
export interface SealedKey {
  readonly id: string;
  readonly token: string;
  readonly body: KeyBody;
  readonly stored: StoredKey;
}

const createdAt = "2026-01-01T00:00:00Z";

/** A key that works, but for what `changes` say. */
export function sealedKey(
  pepper: Pepper,
  changes: Partial<KeyBody> = {},
  kind: KeyKind = "int",
): SealedKey {
  const id = changes.id ?? newKeyId();
  const token = mintToken(kind, id).reveal();
  return {
    ...resealed(pepper, {
      id,
      tenant: "default",
      owner: "user:ada",
      kind,
      audience: "internal",
      scopes: ["notes:*"],
      constraints: {},
      status: "active",
      secrets: [storedSecret(pepper, token, 1)],
      createdAt,
      createdBy: "local",
      version: 1,
      ...changes,
    }),
    token,
  };
}

/** A body as it is stored. */
export function resealed(pepper: Pepper, body: KeyBody): Omit<SealedKey, "token"> {
  return { id: body.id, body, stored: sealKey(body, pepper) };
}

/** What a record holds of a token. */
export function storedSecret(
  pepper: Pepper,
  token: string,
  number: number,
  endsAt?: string,
): KeyBody["secrets"][number] {
  const mac = pepper.digest(token);
  return { number, createdAt, pepper: pepper.id, mac, ...(endsAt === undefined ? {} : { endsAt }) };
}

/** Peppers of which those in `at` are at hand, the last as the current one; `at` may be changed. */
export function testPeppers(at: string[] = ["p1"]): Peppers {
  return openPeppers({
    place: "the test",
    read: () =>
      Promise.resolve({
        current: at.at(-1)!,
        versions: new Map(at.map((id) => [id, new TextEncoder().encode(id.padEnd(32, "-"))])),
      }),
  });
}
