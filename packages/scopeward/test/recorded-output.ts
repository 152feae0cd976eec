import { PassThrough } from "node:stream";
import { openOutput } from "../src/cli/output.ts";
import type { Output } from "../src/cli/output.ts";

/** An output whose two streams can be read, neither of which is a terminal. */
export function recordedOutput(): {
  readonly output: Output;
  readonly stdout: () => string;
  readonly stderr: () => string;
} {
  const [out, err] = [recorded(), recorded()];
  return { output: openOutput(out.stream, err.stream), stdout: out.text, stderr: err.text };
}

function recorded(): { readonly stream: PassThrough; readonly text: () => string } {
  const stream = new PassThrough();
  let written = "";
  stream.setEncoding("utf8").on("data", (text: string) => (written += text));
  return { stream, text: () => written };
}
