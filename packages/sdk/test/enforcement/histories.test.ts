import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { History, pick } from "./history.ts";
import type { Behaviour, Event, Ruling, Step } from "./history.ts";

const owners = fc.constantFrom("ada", "bob");
const n = fc.constantFrom(1, 2);
/** The last ones more often. */
const at = fc.oneof(fc.constant(0), fc.nat({ max: 7 }));
const behaviour = fc.constantFrom<Behaviour>(
  "value",
  "throws",
  "read",
  "left",
  "unread",
  "dropped",
);
const ruling = fc.constantFrom<Ruling>("allow", "deny", "ask", "ask", "ask", "rewrite");

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant("authorize"), owner: owners, n }) },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant("execute"),
      at,
      name: fc.constantFrom("ping", "ping", "ping", "pong"),
      behaviour,
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("run"), owner: owners, n, behaviour }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("reload"), ruling }) },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant("answer"),
      at,
      verdict: fc.constantFrom("approve", "approve", "deny"),
      by: fc.constantFrom("grace", "grace", "ada", "bob"),
    }),
  },
  { weight: 5, arbitrary: fc.record({ does: fc.constant("resume"), at, owner: owners, n }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("wait"),
      ms: fc.constantFrom(-5_000, 1_000, 29_999, 30_000, 30_000, 900_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("revoke"), owner: owners }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("log"), takes: fc.boolean() }) },
);
type Moment = readonly (readonly [Step, later: number])[];
/** Up to three things at once, each a few ticks after the other, or one of them twice. */
const moment: fc.Arbitrary<Moment> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.tuple(step, fc.nat({ max: 12 })), { minLength: 1, maxLength: 3 }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(step, fc.nat({ max: 12 })).map(([twice, later]): Moment => [
      [twice, 0],
      [twice, later],
    ]),
  },
);

test.prop([fc.array(moment, { maxLength: 60, size: "max" })], { numRuns: 150 })(
  "a tool runs only as it was decided, and everything that ran is told",
  async (moments) => {
    const history = new History();
    for (const steps of moments) {
      const expected = steps.length === 1 ? willRun(history, steps[0]?.[0]) : undefined;
      const from = history.events.length;
      await Promise.all(steps.map(async ([each, later]) => await history.take(each, later)));
      if (expected === undefined) continue;
      const ran = history.events.slice(from).filter(({ kind }) => kind === "ran");
      expect(ran).toHaveLength(expected ? 1 : 0);
    }
    await history.end();
    for (const [index, event] of history.events.entries()) {
      if (event.kind === "ran") expectSoundRun(history, event, index);
      if (event.kind === "consumed") expectSoundApproval(history, event, index);
    }
  },
);

/** Whether a permit that is used by itself must run its tool. */
function willRun({ given, revoked, stage }: History, taken: Step | undefined): boolean | undefined {
  if (taken?.does !== "execute" || given.length === 0) return undefined;
  const { isUsed, untilMs, owner } = pick(given, taken.at) ?? expect.fail("no permit");
  return !isUsed && stage.clock.ms < untilMs && taken.name === "ping" && !revoked.has(owner);
}

function expectSoundRun(
  history: History,
  { decisionId, owner, args }: Event & { readonly kind: "ran" },
  index: number,
): void {
  const before = history.events.slice(0, index);
  const decisions = before.filter(
    (event) => event.kind === "entry" && event.entry.id === decisionId && event.taken,
  );
  expect(decisions).toMatchObject([
    {
      entry: {
        type: "decision",
        effect: "allow",
        action: { type: "tool", name: "ping" },
        subject: { id: owner },
      },
    },
  ]);
  const [decision] = decisions;
  const { revision, approval } = decision?.kind === "entry" ? decision.entry : expect.fail("none");
  const ruled = history.rulings.get(revision as string);
  if (approval === undefined) expect(["allow", "rewrite"]).toContain(ruled);
  else expectApproved(history.events, before, approval, { owner, args });
  expect(ruled).not.toBe("deny");
  expect("capped" in args).toBe(ruled === "rewrite");
  expect(Object.isFrozen(args)).toBe(true);

  const runs = history.events.filter(
    (event) => event.kind === "ran" && event.decisionId === decisionId,
  );
  expect(runs).toHaveLength(1);
  // The first use takes the permit; another one may begin while the tool is about to run.
  const began = before.findIndex(
    (event) => event.kind === "began" && event.decisionId === decisionId,
  );
  const revokedAt = history.events.findIndex(
    (event) => event.kind === "revoked" && event.owner === owner,
  );
  if (revokedAt !== -1 && began !== -1) expect(revokedAt).toBeGreaterThan(began);

  // Also one that the log did not take; another use of the same permit is a refusal of its own.
  const outcomes = history.events.flatMap((event, place) =>
    event.kind === "entry" &&
    event.entry["decisionId"] === decisionId &&
    event.entry["status"] !== "refused"
      ? [place]
      : [],
  );
  expect(outcomes).toHaveLength(1);
  expect(outcomes[0]).toBeGreaterThan(index);
}

/** One call for one answer, and the very call that was asked about. */
function expectApproved(
  events: readonly Event[],
  before: readonly Event[],
  id: unknown,
  { owner, args }: { readonly owner: string; readonly args: object },
): void {
  const allowed = events.filter(
    (event) =>
      event.kind === "entry" && event.entry["approval"] === id && event.entry["effect"] === "allow",
  );
  expect(allowed).toHaveLength(1);
  expect(before.filter((event) => isConsumption(event, id))).toMatchObject([
    { record: { subject: { id: owner }, keyId: `key-of-${owner}`, args } },
  ]);
}

function expectSoundApproval(
  { events }: History,
  { record }: Event & { readonly kind: "consumed" },
  index: number,
): void {
  expect(events.filter((event) => isConsumption(event, record.id))).toHaveLength(1);
  const answers = events
    .slice(0, index)
    .filter((event) => event.kind === "answered" && event.record.id === record.id);
  expect(answers).toMatchObject([{ record: { answer: { verdict: "approve" } } }]);
  expect(record.answer?.approver.id).not.toBe(record.subject.id);
}

function isConsumption(event: Event, id: unknown): boolean {
  return event.kind === "consumed" && event.record.id === id;
}
