import { webcrypto } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { types } from "node:util";
import type { BundleSource } from "@scopeward/sdk";
import type { Snapshot } from "./reload-source.ts";

const defaultDeadlineMs = 30_000;
const longestReason = 300;

/**
 * Reads a source of bundles and believes nothing of its answer: what is late, too large or of
 * another shape is unreadable, and bytes are copied before anybody looks at them. Never rejects.
 * @param signal - aborted when nobody waits any more.
 */
export async function readBundleSource(
  source: BundleSource,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Snapshot<Uint8Array>> {
  const { name, deadlineMs = defaultDeadlineMs } = source;
  const ended = new AbortController();
  const ending = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]);
  try {
    const bytes = await Promise.race([
      readBytes(source, ending, maxBytes),
      giveUp(deadlineMs, ending),
    ]);
    const digest = await webcrypto.subtle.digest("SHA-256", bytes);
    return { kind: "read", content: bytes, digest: Buffer.from(digest).toString("hex") };
  } catch (error) {
    // What a source throws is not shown: it may hold an address with a secret.
    const reason = error instanceof Unavailable ? error.message : "reading it failed unexpectedly";
    const message = `\`${name}\` cannot be read: ${reason}`;
    return {
      kind: "unreadable",
      problems: [{ severity: "error", code: "bundle_unavailable", message }],
    };
  } finally {
    ended.abort();
  }
}

class Unavailable extends Error {}

async function readBytes(
  source: BundleSource,
  signal: AbortSignal,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reading: unknown = await source.read(signal, maxBytes);
  if (typeof reading !== "object" || reading === null) throw new Unavailable(noReading);
  const { kind, bytes, reason } = reading as Readonly<Record<string, unknown>>;
  if (kind === "unavailable" && typeof reason === "string")
    throw new Unavailable(inOneLine(reason));
  if (kind !== "read" || !types.isUint8Array(bytes)) throw new Unavailable(noReading);
  // The source may go on writing into its own.
  const copy = new Uint8Array(bytes);
  if (copy.length > maxBytes) throw new Unavailable(`larger than ${maxBytes} bytes`);
  return copy;
}

const noReading = "its answer is neither bytes nor a reason";

async function giveUp(deadlineMs: number, signal: AbortSignal): Promise<never> {
  await sleep(deadlineMs, undefined, { signal }).catch(() => undefined);
  throw new Unavailable(
    signal.aborted ? "given up" : `no answer within ${deadlineMs} milliseconds`,
  );
}

function inOneLine(reason: string): string {
  return reason.slice(0, longestReason).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}
