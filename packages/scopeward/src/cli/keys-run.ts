import type { Keys } from "@scopeward/keys";
import { exitCode } from "./exit-code.ts";
import type { ExitCode } from "./exit-code.ts";
import { reasonOf } from "./invalid-input.ts";
import { noteEvents } from "./keys-notices.ts";
import type { KeysNotices } from "./keys-notices.ts";
import type { KeysSession } from "./keys-session.ts";
import type { KeysVerbOptions } from "./keys-options.ts";
import { reportRefusal } from "./keys-refusal.ts";
import type { Output } from "./output.ts";
import { managementToken } from "./token-input.ts";

/** What a verb has at hand beside the keys. */
export interface KeysRun {
  /** What the policies declare; undefined for a verb that does not need it. */
  readonly catalogue: KeysSession["catalogue"];
  /** Tells what the verb says itself, so that it is not said twice. */
  readonly told: KeysNotices["told"];
}

/**
 * Carries out one verb with the authority of the management key whose token is in
 * `SCOPEWARD_MANAGEMENT_TOKEN`, else of this process; closes the keys whatever happens.
 * @param needs - whether the policies must be at hand.
 */
export async function runAsOperator(
  options: KeysVerbOptions,
  output: Output,
  needs: "catalogue" | "store",
  work: (keys: Keys, run: KeysRun) => Promise<ExitCode>,
): Promise<ExitCode> {
  const token = managementToken();
  return await runWithKeys(options, output, needs, async (keys, run) => {
    if (token === undefined) return await work(keys, run);
    const verification = await keys.verify(token, { consistency: "strong" });
    if (verification.outcome === "verified") {
      try {
        return await work(keys.as(verification.principal), run);
      } catch (error) {
        // What reads has no refusal to answer with.
        const { KeysError } = await import("@scopeward/keys");
        if (!KeysError.is(error) || error.code !== "not_allowed") throw error;
        const refused = { code: "exceeds_authority", message: error.message };
        reportRefusal(refused, options.format, output);
        return exitCode.notAllowed;
      }
    }
    const { code, detail } = verification;
    run.told(detail ?? "");
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
  work: (keys: Keys, run: KeysRun) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { openKeysSession } = await import("./keys-session.ts");
  const session = await openKeysSession(options, output, needs);
  if (session === undefined) return exitCode.failed;
  const notices = noteEvents(session.keys, output);
  try {
    return await work(session.keys, { catalogue: session.catalogue, told: notices.told });
  } catch (error) {
    notices.told(reasonOf(error));
    throw error;
  } finally {
    await session.close();
    notices.close();
  }
}
