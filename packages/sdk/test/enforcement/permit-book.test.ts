import { expect, test } from "vitest";
import { PermitBook } from "../../src/enforcement/permit-book.ts";
import { StageClock } from "./stage.ts";

const grant = { name: "grant" };

test("a permit is taken once", () => {
  const book = new PermitBook(new StageClock());
  const permit = book.issue("query", grant);
  expect(book.redeem(permit, "query")).toEqual({ kind: "redeemed", grant });
  expect(book.redeem(permit, "query")).toMatchObject({ kind: "refused", grant });
});

test("a permit lives for 30 seconds", () => {
  const clock = new StageClock();
  const book = new PermitBook(clock);
  const [early, late] = [book.issue("query", grant), book.issue("query", grant)];
  clock.ms += 29_999;
  expect(book.redeem(early, "query").kind).toBe("redeemed");
  clock.ms += 1;
  expect(book.redeem(late, "query").kind).toBe("refused");
});

test("a permit for one tool opens no other, and is spent by the attempt", () => {
  const book = new PermitBook(new StageClock());
  const permit = book.issue("query", grant);
  expect(book.redeem(permit, "drop").kind).toBe("refused");
  expect(book.redeem(permit, "query").kind).toBe("refused");
});

test("what another book issued, a copy, and whatever else there is open nothing", () => {
  const book = new PermitBook(new StageClock());
  const permit = book.issue("query", grant);
  const foreign = new PermitBook(new StageClock()).issue("query", grant);
  const made = [
    foreign,
    { ...permit },
    structuredClone({ target: permit.target }),
    Object.create(permit),
    new Proxy(permit, {}),
    { target: "query" },
    "query",
    undefined,
    null,
  ];
  for (const value of made) {
    expect(book.redeem(value, "query")).toMatchObject({ kind: "refused" });
    expect(book.redeem(value, "query")).not.toHaveProperty("grant");
  }
  expect(book.redeem(permit, "query").kind).toBe("redeemed");
});
