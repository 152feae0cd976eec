import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { attackedWard } from "./attacked-ward.ts";

// A flood. Who: anybody who can reach the process, and the holder of one key. What: to fill the disk or
// the queue of questions, or to keep the process busy. What holds: what nobody can be blamed for is
// counted and not written down, a list is one entry, questions are bounded for each key, and so are
// names, arguments and lists. Not defended yet: denials of a real key are one entry each.

describe("junk", () => {
  test("tokens are counted: thousands of them are one entry", async () => {
    const ward = await attackedWard();
    const genuine = await ward.token(["mail:read"]);
    const before = (await ward.entries()).length;
    for (let index = 0; index < 2_000; index++) {
      const junk = [
        randomBytes(40).toString("hex"),
        `${genuine.slice(0, -1)}0`,
        genuine.replace(/_\w{12}_/u, `_${randomBytes(6).toString("hex")}_`),
        "",
      ][index % 4]!;
      const { codes } = await ward.attempt({ token: junk }, { tool: "read_mail" });
      expect(codes[0]).toMatch(/^key:/u);
    }
    await ward.ward.close();
    const written = (await ward.entries()).slice(before).filter(({ type }) => type === "decision");
    // Two where the minute ended in between.
    expect(written.length).toBeLessThanOrEqual(2);
    const counted = written.flatMap(({ counts }) =>
      Object.values(counts as Record<string, number>),
    );
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(2_000);
  });

  test("permits are counted as well", async () => {
    const ward = await attackedWard();
    const before = (await ward.entries()).length;
    for (let index = 0; index < 500; index++) {
      const body = { name: "read_mail", execute: () => expect.unreachable() };
      expect((await ward.ward.enforcer.execute({} as never, body)).kind).toBe("deny");
    }
    await ward.ward.close();
    const counted = (await ward.entries()).slice(before);
    expect(counted.length).toBeLessThanOrEqual(2);
  });
});

describe("questions to people", () => {
  test("of one key are bounded, and take no place from another's", async () => {
    const ward = await attackedWard({ enforcer: { pendingApprovalsPerKey: 5 } });
    const token = await ward.token(["payments:refund"]);
    const ask = async (caller: string, order: number): ReturnType<typeof ward.attempt> =>
      await ward.attempt({ token: caller }, { tool: "refund", args: { order, amount: 1_000 } });
    const asked = await Promise.all(Array.from({ length: 60 }, (_, order) => ask(token, order)));
    expect(asked.filter(({ kind }) => kind === "approval")).toHaveLength(5);
    const others = asked.filter(({ kind }) => kind === "deny");
    expect(new Set(others.flatMap(({ codes }) => codes))).toEqual(
      new Set(["engine:approval_unavailable"]),
    );
    const bob = await ward.token(["payments:refund"], { owner: "user:bob" });
    expect((await ask(bob, 1)).kind).toBe("approval");
  });

  test("are not multiplied by sub-agents, sessions or ids of calls", async () => {
    const ward = await attackedWard({ enforcer: { pendingApprovalsPerKey: 5 } });
    const principal = await ward.principal(["payments:refund"]);
    const kinds: string[] = [];
    for (let index = 0; index < 20; index++) {
      const narrowed = principal.attenuate({ actor: { type: "agent", id: `a${index}` } });
      const call = { tool: "refund", args: { order: 1, amount: 1_000 } };
      const surroundings = { session: `s${index}`, callId: `c${index}` };
      kinds.push((await ward.attempt({ principal: narrowed }, { ...call, ...surroundings })).kind);
    }
    expect(kinds.filter((kind) => kind === "approval")).toHaveLength(5);
  });
});

function names(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `tool_${at}`);
}

describe("one call", () => {
  test("of any size leaves a small entry, or none where there was nothing to decide on", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["mail:*"]);
    const log = join(ward.state, "audit", "entries.jsonl");
    const long = "x".repeat(200_000);
    await ward.attempt({ token }, { tool: "read_mail", args: { long } });
    const before = (await stat(log)).size;
    for (const call of [
      { tool: "send_mail", args: { to: long } },
      { tool: "read_mail", args: { long }, session: long, callId: long },
      { tool: "x".repeat(1_024) },
      { tool: "\u{10ffff}".repeat(500), session: "\u0001".repeat(1_000) },
    ]) {
      await ward.attempt({ token }, call);
    }
    expect((await stat(log)).size - before).toBeLessThan(40_000);
    expect(await ward.entries()).toHaveLength(
      new Set((await ward.entries()).map(({ id }) => id)).size,
    );
  });

  test("with too much in it is refused, before anything looks into it", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["mail:*"]);
    let deep: object = {};
    for (let level = 0; level < 10_000; level++) deep = { deep };
    for (const args of [
      { long: "x".repeat(2 ** 21) },
      deep,
      { many: Array.from({ length: 2 ** 21 }) },
    ]) {
      const { ran, codes } = await ward.attempt({ token }, { tool: "read_mail", args });
      expect({ ran, codes }).toEqual({ ran: [], codes: ["engine:input_too_large"] });
    }
  });

  test("about more tools than there are is refused; a list is one entry", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["mail:*"]);
    const { enforcer } = ward.ward;
    expect((await enforcer.list({ token, tools: names(10_001) })).kind).toBe("deny");
    const before = (await ward.entries()).length;
    const listing = await enforcer.list({ token, tools: [...names(500), "read_mail"] });
    expect(listing).toMatchObject({ kind: "listed", tools: ["read_mail"] });
    expect(await ward.entries()).toHaveLength(before + 1);
  });
});
