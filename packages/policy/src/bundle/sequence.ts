import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { readFault } from "../bounded-file.ts";
import type { BundleRefusal } from "./bundle-problem.ts";
import { refuseBundle } from "./bundle-problem.ts";

const fileName = "bundle-sequence.json";

/**
 * Whether a bundle may follow those that were taken into service before: its sequence is not below
 * the highest of them. One without a sequence may follow only those without one. Equal is allowed:
 * the same bundle is opened again at each start.
 */
export async function sequenceFault(
  state: string,
  sequence: number | undefined,
): Promise<BundleRefusal | undefined> {
  const highest = await readHighest(state);
  if (highest.kind === "refused") return highest;
  if (highest.sequence === undefined) return undefined;
  if (sequence !== undefined && sequence >= highest.sequence) return undefined;
  const own = sequence === undefined ? "it has no sequence" : `its sequence is ${sequence}`;
  return refuseBundle("sequence_too_old", `${own}, and ${highest.sequence} has been in service`);
}

/**
 * Keeps the sequence of a bundle that is being taken into service. The file is replaced as a whole
 * and never goes down; processes that share the folder may both write in the same instant, and then
 * the last of them holds.
 */
export async function keepSequence(
  state: string,
  sequence: number | undefined,
): Promise<BundleRefusal | undefined> {
  const fault = await sequenceFault(state, sequence);
  if (fault !== undefined || sequence === undefined) return fault;
  const temporary = join(state, `.${fileName}.${randomUUID()}`);
  try {
    await mkdir(state, { recursive: true, mode: 0o700 });
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(`${JSON.stringify({ sequence })}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(state, fileName));
    return undefined;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return refuseBundle("sequence_unwritable", readFault(error), join(state, fileName));
  }
}

type Highest = { readonly kind: "known"; readonly sequence?: number } | BundleRefusal;

// A file that is not as we wrote it may have held any number, so nothing can follow it.
async function readHighest(state: string): Promise<Highest> {
  const path = join(state, fileName);
  try {
    const { sequence } = JSON.parse(await readFile(path, "utf8")) as {
      readonly sequence?: unknown;
    };
    if (Number.isSafeInteger(sequence) && Number(sequence) >= 0) {
      return { kind: "known", sequence: Number(sequence) };
    }
    return refuseBundle("sequence_unreadable", "not as it was written", path);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      return refuseBundle("sequence_unreadable", "not as it was written", path);
    }
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return { kind: "known" };
    }
    return refuseBundle("sequence_unreadable", readFault(error), path);
  }
}
