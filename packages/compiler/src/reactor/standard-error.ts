/** What the module writes to standard error, kept from the terminal. */
export interface StandardError {
  /** WASI's `fd_write`, to take the place of the given one. */
  imports(wasi: Readonly<Record<string, unknown>>): { readonly fd_write: FdWrite };
  /** First line that was written: Go's reason when it gives up. Undefined where there is none. */
  firstLine(): string | undefined;
}

type FdWrite = (fd: number, vectors: number, count: number, written: number) => number;

const standardError = 2;
// A stack trace of Go has thousands of lines; the first says why.
const maxLength = 1_000;

/** @param memory - gives the module's memory, as it is now. */
export function captureStandardError(memory: () => ArrayBuffer): StandardError {
  let text = "";
  return {
    imports(wasi) {
      const write = wasi["fd_write"] as FdWrite;
      return {
        fd_write(fd, vectors, count, written) {
          if (fd !== standardError) return write(fd, vectors, count, written);
          const view = new DataView(memory());
          let length = 0;
          for (let index = 0; index < count; index++) {
            const vector = (vectors >>> 0) + index * 8;
            const size = view.getUint32(vector + 4, true);
            if (text.length < maxLength) {
              text += Buffer.from(view.buffer, view.getUint32(vector, true), size).toString("utf8");
            }
            length += size;
          }
          view.setUint32(written >>> 0, length, true);
          return 0;
        },
      };
    },
    firstLine: () => text.split("\n").find((line) => line !== ""),
  };
}
