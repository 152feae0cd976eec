import pc from "picocolors";

type Colors = ReturnType<typeof pc.createColors>;

/** Where text goes; `isTTY` is there and true for a terminal alone. */
type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean };

// A wait that is shorter than this is not worth a line.
const quietMilliseconds = 1000;

/**
 * The only way to standard output and standard error. Data goes to the first, everything said about
 * it to the second; colours and progress are for terminals only.
 */
export interface Output {
  /** Colours of standard output: they do nothing unless it is a terminal. */
  readonly colors: Colors;
  /** Colours of standard error. */
  readonly noteColors: Colors;
  /** Writes data, as it is. */
  data(text: string): void;
  /** Writes one JSON document as data. */
  json(value: unknown): void;
  /** Writes a diagnostic line. */
  note(line: string): void;
  /** Says what is awaited and for how long, once it takes over a second and somebody watches. */
  progress<T>(label: string, work: Promise<T>): Promise<T>;
  /** True once the reader of standard output is gone: what is written is dropped. */
  isClosed(): boolean;
}

/** Opens the process's own streams. */
export function openOutput(
  stdout: Stream = process.stdout,
  stderr: Stream = process.stderr,
): Output {
  let closed = false;
  const watchPipe = (error: NodeJS.ErrnoException): void => {
    // `scopeward test | head` is no failure: the command goes on to its exit code without a reader.
    if (error.code !== "EPIPE") throw error;
    closed = true;
  };
  stdout.on("error", watchPipe);
  stderr.on("error", watchPipe);
  const write = (text: string): void => {
    if (!closed && text !== "") stdout.write(text);
  };
  return {
    colors: colorsFor(stdout),
    noteColors: colorsFor(stderr),
    data: write,
    json: (value) => write(`${JSON.stringify(value, undefined, 2)}\n`),
    note: (line) => void stderr.write(line.endsWith("\n") ? line : `${line}\n`),
    progress: async (label, work) => await withProgress(stderr, label, work),
    isClosed: () => closed,
  };
}

function colorsFor(stream: Stream): Colors {
  // https://no-color.org: any value that is not empty.
  const isOff = (process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb";
  return pc.createColors(stream.isTTY === true && !isOff);
}

async function withProgress<T>(stderr: Stream, label: string, work: Promise<T>): Promise<T> {
  if (stderr.isTTY !== true) return await work;
  const start = performance.now();
  let shown = false;
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - start) / 1000);
    stderr.write(`\r${label} … ${seconds} s`);
    shown = true;
  }, quietMilliseconds);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (shown) stderr.write("\r\u001B[K");
  }
}
