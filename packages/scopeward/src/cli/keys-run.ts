import type { Keys } from "@scopeward/keys";
import { exitCode } from "./exit-code.ts";
import type { ExitCode } from "./exit-code.ts";
import { noteEvents } from "./keys-notices.ts";
import type { KeysVerbOptions } from "./keys-options.ts";
import { reportRefusal } from "./keys-refusal.ts";
import type { Output } from "./output.ts";
import { managementToken } from "./token-input.ts";

/**
 * Carries out one verb with the authority of the management key whose token is in
 * `SCOPEWARD_MANAGEMENT_TOKEN`, else of this process; closes the keys whatever happens.
 * @param needs - whether the policies must be at hand.
 */
export async function runAsOperator(
  options: KeysVerbOptions,
  output: Output,
  needs: "catalogue" | "store",
  work: (keys: Keys) => Promise<ExitCode>,
): Promise<ExitCode> {
  const token = managementToken();
  return await runWithKeys(options, output, needs, async (keys) => {
    if (token === undefined) return await work(keys);
    const verification = await keys.verify(token, { consistency: "strong" });
    if (verification.outcome === "verified") return await work(keys.as(verification.principal));
    const { code, detail } = verification;
    const message = `the token in SCOPEWARD_MANAGEMENT_TOKEN is not accepted${detail === undefined ? "" : `: ${detail}`}`;
    reportRefusal({ code, message }, options.format, output);
    return exitCode.notAllowed;
  });
}

/** Carries out one verb that only looks, with the authority of this process. */
export async function runWithKeys(
  options: KeysVerbOptions,
  output: Output,
  needs: "catalogue" | "store",
  work: (keys: Keys) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { openKeysSession } = await import("./keys-session.ts");
  const session = await openKeysSession(options, output, needs);
  if (session === undefined) return exitCode.failed;
  noteEvents(session.keys, output);
  try {
    return await work(session.keys);
  } finally {
    await session.close();
  }
}
