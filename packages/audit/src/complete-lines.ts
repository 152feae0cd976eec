import type { FileHandle } from "node:fs/promises";

const chunkBytes = 256 * 1024;
// No line of ours is as long: whatever has no line break for so long is passed over, not gathered.
const mostLineBytes = 1024 * 1024;
/** The byte that ends a line. */
export const lineFeed = 0x0a;

/** One line of a file. */
export interface Line {
  /** Without its line feed. */
  readonly text: string;
  /** Where the next line begins, in bytes. */
  readonly end: number;
}

/**
 * The lines of a file from an offset on that end in a line feed. A last line without one is torn, or
 * is being written: it is not among them.
 */
export async function* completeLines(file: FileHandle, from: number): AsyncGenerator<Line> {
  const chunk = Buffer.alloc(chunkBytes);
  let rest = Buffer.alloc(0);
  let isTooLong = false;
  for (let position = from; ;) {
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, position);
    if (bytesRead === 0) return;
    const data = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    position += bytesRead;
    const offset = position - data.length;
    let start = 0;
    for (let feed = data.indexOf(lineFeed); feed !== -1; feed = data.indexOf(lineFeed, start)) {
      if (!isTooLong) yield { text: data.toString("utf8", start, feed), end: offset + feed + 1 };
      isTooLong = false;
      start = feed + 1;
    }
    rest = data.subarray(start);
    if (rest.length > mostLineBytes) {
      isTooLong = true;
      rest = Buffer.alloc(0);
    }
  }
}
