import type { Keys } from "@scopeward/keys";
import { printable } from "./formats/pretty.ts";
import type { Output } from "./output.ts";

/** What is to be said beside the answer of one command. */
export interface KeysNotices {
  /** This is said by the command itself: what failed behind it for the same reason is not news. */
  readonly told: (text: string) => void;
  /** Says what failed behind the answer. Called once, when the keys are closed. */
  close(): void;
}

/** Says beside the answer what the operator must know and nobody asked for. */
export function noteEvents(keys: Keys, output: Output): KeysNotices {
  const note = (line: string): void => output.note(printable(line));
  const failures: { readonly task: string; readonly reason: string }[] = [];
  const told: string[] = [];
  keys.on("retiring-secret-used", ({ keyId, endsAt }) =>
    note(`key \`${keyId}\` was shown by its old token, which works until ${endsAt}`),
  );
  keys.on("store-rolled-back", () =>
    note("the store was put back to an earlier state: run `scopeward keys lint`"),
  );
  keys.on("background-failed", (failure) => void failures.push(failure));
  return {
    told: (text) => void told.push(text),
    close: () => {
      for (const { task, reason } of failures) {
        if (told.some((text) => text.includes(reason))) continue;
        note(`${task}: ${reason}; the next command on these keys tries again`);
      }
    },
  };
}
