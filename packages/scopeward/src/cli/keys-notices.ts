import type { Keys } from "@scopeward/keys";
import { printable } from "./formats/pretty.ts";
import type { Output } from "./output.ts";

/** Says beside the answer what the operator must know and nobody asked for. */
export function noteEvents(keys: Keys, output: Output): void {
  const note = (line: string): void => output.note(printable(line));
  keys.on("retiring-secret-used", ({ keyId, endsAt }) =>
    note(`key \`${keyId}\` was shown by its old token, which works until ${endsAt}`),
  );
  keys.on("store-rolled-back", () =>
    note("the store was put back to an earlier state: run `scopeward keys lint`"),
  );
  keys.on("background-failed", ({ task, reason }) =>
    note(`${task}: ${reason}; the next command on these keys tries again`),
  );
}
