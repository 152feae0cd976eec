import { completeLines } from "./complete-lines.ts";
import { entryOf } from "./entry-line.ts";
import { codeOf } from "./file-fault.ts";
import { openEntries } from "./log-file.ts";

/** The highest sequence number of each source, read from the whole file once, and then from what is new. */
export interface Sequences {
  /** 0 for none; undefined when the file cannot be read. */
  highest(source: string): Promise<number | undefined>;
}

/** Reads nothing yet. */
export function openSequences(path: string): Sequences {
  const highest = new Map<string, number>();
  let readTo = 0;
  let inode: bigint | undefined;

  const catchUp = async (): Promise<void> => {
    const file = await openEntries(path);
    try {
      const { ino, size } = await file.stat({ bigint: true });
      if (ino !== inode || size < readTo) {
        highest.clear();
        readTo = 0;
        inode = ino;
      }
      for await (const { text, end } of completeLines(file, readTo)) {
        readTo = end;
        // Canonical JSON is written in one way only, so most lines need no parsing.
        const entry = text.includes('"type":"key"') ? entryOf(text) : undefined;
        if (entry?.type !== "key") continue;
        const [source, sequence] = [entry["source"], entry["sequence"]];
        if (typeof source !== "string" || !isSequence(sequence)) continue;
        highest.set(source, Math.max(highest.get(source) ?? 0, sequence));
      }
    } finally {
      await file.close();
    }
  };

  let reading: Promise<unknown> = Promise.resolve();
  return {
    highest: (source) => {
      const answer = reading.then(async () => {
        try {
          await catchUp();
          return highest.get(source) ?? 0;
        } catch (error) {
          return codeOf(error) === "ENOENT" ? 0 : undefined;
        }
      });
      reading = answer;
      return answer;
    },
  };
}

function isSequence(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
