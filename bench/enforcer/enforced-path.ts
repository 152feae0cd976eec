import assert from "node:assert/strict";
import { withFolder } from "../keys/key-population.ts";
import { allowedRequest } from "../reference-policies.ts";
import type { Measurement, Row } from "../row.ts";
import { forgetfulLog, openGuardedWard } from "./guarded-ward.ts";
import { microsecondsPerAwaited } from "./turns.ts";

const args = { dataset: "sales", query: "select 1", limit: 100 };
const entry = {
  id: "1",
  type: "decision",
  time: "2026-01-31T12:00:00Z",
  tenant: "default",
} as const;

/** The path around a tool that does nothing, over the sum of what it is made of. */
export const enforcedPath: Measurement = { name: "enforced-path", measure };

async function measure(): Promise<readonly Row[]> {
  return await withFolder(async (folder) => {
    const ward = await openGuardedWard(folder, forgetfulLog());
    const { enforcer, keys, policy, audit, token } = ward;
    const verification = await keys.verify(token);
    assert(verification.outcome === "verified");
    const { principal } = verification;
    const request = { ...allowedRequest, key: principal.key, args };
    assert.equal(policy.decide(request).effect, "allow");
    const run = async (): Promise<void> => {
      const ran = await enforcer.run({ token, args }, { name: "sql_query", execute: () => 1 });
      assert.equal(ran.kind, "done");
    };
    // What one run cannot do without: the token, one decision, the key once more at its permit, and two
    // entries.
    const byHand = async (): Promise<void> => {
      const again = await keys.verify(token);
      policy.decide(request);
      await audit.append([entry]);
      assert(again.outcome === "verified");
      await keys.reverify(again.principal);
      await audit.append([entry]);
    };
    const [path, hand, verify, reverify, decide, append] = await microsecondsPerAwaited([
      run,
      byHand,
      async () => await keys.verify(token),
      async () => await keys.reverify(principal),
      async () => await Promise.resolve(policy.decide(request)),
      async () => await audit.append([entry]),
    ]);
    await ward.close();
    const sum = verify! + reverify! + decide! + 2 * append!;
    return [
      row("the enforced path over the sum of its parts, each by itself", path!, sum),
      row("the same over its parts one after the other", path!, hand!),
    ];
  });
}

function row(what: string, path: number, parts: number): Row {
  return {
    what,
    goal: "<= 1.3x",
    figure: `${(path / parts).toFixed(2)}x (${path.toFixed(1)} us over ${parts.toFixed(1)})`,
    met: path / parts <= 1.3,
    how: "verify, verify again, decide, two entries in memory; least of 1,000 batches, by turns",
  };
}
