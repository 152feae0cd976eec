import { once } from "node:events";
import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { ApprovalChannel, ApprovalRecord, AskedAnswer } from "@scopeward/sdk";
import { approvalChannelCases } from "@scopeward/sdk/conformance";
import { describe, expect, onTestFinished, test } from "vitest";
import { ApprovalsError } from "../src/approvals-error.ts";
import { memoryApprovals } from "../src/memory-queue.ts";
import { terminalApprovals } from "../src/terminal-prompt.ts";
import { now, sampleRequest } from "./sample-request.ts";

const approver = { token: "not a token" } as const;
const clock = { wallMs: () => Date.parse(now), monotonicMs: () => 0 };

type AskingChannel = ReturnType<typeof terminalApprovals>;

/** A person at a terminal of streams. */
interface Desk {
  readonly prompt: AskingChannel;
  readonly input: PassThrough;
  /** All that was shown. */
  readonly shown: () => string;
  /** Resolves once so many questions were shown. */
  readonly asked: (count: number) => Promise<void>;
}

function desk(queue: ApprovalChannel = memoryApprovals()): Desk {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let text = "";
  output.setEncoding("utf8").on("data", (part: string) => (text += part));
  const options = { queue, input, output, approver, clock, acceptsAnyStream: true };
  const prompt = terminalApprovals(options);
  onTestFinished(async () => await prompt.close());
  const questions = (): number => text.split("[y/N]").length - 1;
  return {
    prompt,
    input,
    shown: () => text,
    asked: async (count) => {
      while (questions() < count) await once(output, "data");
    },
  };
}

function recordOf(name: string): ApprovalRecord {
  return { ...sampleRequest(name), status: "pending" };
}

const { signal } = new AbortController();

/** What a person who types `typed` at the question answers. */
async function answered(typed: string): Promise<AskedAnswer | undefined> {
  const { prompt, input, asked } = desk();
  const answer = prompt.ask(recordOf("a"), signal);
  await asked(1);
  input.write(typed);
  return await answer;
}

test.for(approvalChannelCases)("as a queue: $name", async ({ run }) => {
  const { prompt } = desk();
  await expect(run({ open: async () => prompt, isDurable: false })).resolves.toBeUndefined();
});

test.for(["y\n", "yes\n", "y\r\n", "y\r"])("%j approves", async (typed) => {
  expect(await answered(typed)).toEqual({ verdict: "approve", approver });
});

test.for([
  "\n",
  "n\n",
  "no\n",
  "Y\n",
  "YES\n",
  " y\n",
  "y \n",
  "yy\n",
  "yes please\n",
  "\u0000y\n",
  "y\u0008\n",
  "ｙ\n",
  "\ny\n",
  `y${"y".repeat(2_000)}`,
])("%j denies", async (typed) => {
  expect(await answered(typed)).toEqual({ verdict: "deny", approver });
});

test("a line that comes in parts is read as a whole", async () => {
  const { prompt, input, asked } = desk();
  const answer = prompt.ask(recordOf("a"), signal);
  await asked(1);
  for (const part of ["y", "e", "s"]) {
    input.write(part);
    await pause(5);
  }
  input.write("\n");
  expect(await answer).toEqual({ verdict: "approve", approver });
});

test("the question is shown with what the call holds made visible", async () => {
  const { prompt, input, asked, shown } = desk();
  const args = { path: "\u001B[2J\u202E/etc", long: "x".repeat(5_000) };
  const answer = prompt.ask({ ...recordOf("a"), args }, signal);
  await asked(1);
  input.write("n\n");
  await answer;
  expect(shown()).toContain("delete_rows");
  expect(shown()).toContain("user:ada");
  expect(shown()).toContain("large_export");
  expect(shown()).toContain("characters more");
  expect(shown()).not.toMatch(/[^\n\P{C}]/u);
});

describe("nobody has answered", () => {
  test("when the input ends", async () => {
    const { prompt, input, asked } = desk();
    const answer = prompt.ask(recordOf("a"), signal);
    await asked(1);
    input.end("y");
    expect(await answer).toBeUndefined();
    expect(await prompt.ask(recordOf("b"), signal)).toBeUndefined();
  });

  test.for(["\u0003", "\u0004", "y\u0003\n"])("when %j is typed", async (typed) => {
    expect(await answered(typed)).toBeUndefined();
  });

  test("when the process is interrupted", async () => {
    const { prompt, asked } = desk();
    const answer = prompt.ask(recordOf("a"), signal);
    await asked(1);
    process.emit("SIGINT");
    expect(await answer).toBeUndefined();
  });

  test("when the input fails", async () => {
    const { prompt, input, asked } = desk();
    const answer = prompt.ask(recordOf("a"), signal);
    await asked(1);
    input.destroy(new Error("gone"));
    expect(await answer).toBeUndefined();
  });

  test("when the call is aborted, also one whose turn has not come", async () => {
    const { prompt, input, asked, shown } = desk();
    const [first, second] = [new AbortController(), new AbortController()];
    const answers = [first, second].map(
      async (each, index) => await prompt.ask(recordOf(`q${String(index)}`), each.signal),
    );
    await asked(1);
    second.abort();
    first.abort();
    expect(await Promise.all(answers)).toEqual([undefined, undefined]);
    expect(shown().split("[y/N]")).toHaveLength(2);
    const next = prompt.ask(recordOf("b"), signal);
    await asked(2);
    input.write("y\n");
    expect(await next).toMatchObject({ verdict: "approve" });
  });

  test("when the question has expired, or does while it is open", async () => {
    const { prompt, shown } = desk();
    const over = { ...recordOf("a"), expiresAt: now };
    expect(await prompt.ask(over, signal)).toBeUndefined();
    expect(shown()).toBe("");
    const soon = new Date(Date.parse(now) + 150).toISOString();
    expect(await prompt.ask({ ...recordOf("b"), expiresAt: soon }, signal)).toBeUndefined();
  });

  test("when the prompt is closed, and its queue with it", async () => {
    const { prompt, asked } = desk();
    const answer = prompt.ask(recordOf("a"), signal);
    await asked(1);
    await prompt.close();
    expect(await answer).toBeUndefined();
    const faults = await Promise.all(
      [prompt.list(now), prompt.ask(recordOf("b"), signal)].map(
        async (call) => await call.catch((error: unknown) => error),
      ),
    );
    expect(faults.map((fault) => ApprovalsError.is(fault) && fault.code)).toEqual([
      "closed",
      "closed",
    ]);
  });
});

test("what was typed before a question answers nothing", async () => {
  const { prompt, input, asked } = desk();
  input.write("y\ny\nyes\n");
  const answers = ["a", "b"].map(async (name) => await prompt.ask(recordOf(name), signal));
  await asked(1);
  // The second line belongs to no question yet.
  input.write("n\ny\n");
  await asked(2);
  input.write("\n");
  expect((await Promise.all(answers)).map((answer) => answer?.verdict)).toEqual(["deny", "deny"]);
});

test("several questions at once are asked one after the other", async () => {
  const { prompt, input, asked, shown } = desk();
  const names = ["a", "b", "c"];
  const answers = names.map(async (name) => await prompt.ask(recordOf(name), signal));
  for (const [index, name] of names.entries()) {
    await asked(index + 1);
    await pause(10);
    expect(shown().split("[y/N]")).toHaveLength(index + 2);
    expect(shown()).toContain(`id         ${name}-`);
    input.write(index === 1 ? "n\n" : "y\n");
  }
  const verdicts = (await Promise.all(answers)).map((answer) => answer?.verdict);
  expect(verdicts).toEqual(["approve", "deny", "approve"]);
});

test("the input is left as it was found", async () => {
  const { prompt, input, asked } = desk();
  const answer = prompt.ask(recordOf("a"), signal);
  await asked(1);
  input.write("y\n");
  await answer;
  expect(input.isPaused()).toBe(true);
  expect(input.listenerCount("data")).toBe(0);
  expect(process.listenerCount("SIGINT")).toBe(0);
});

test("where there is no terminal, there is no prompt", () => {
  const queue = memoryApprovals();
  const terminal = Object.assign(new PassThrough(), { isTTY: true });
  const pipe = new PassThrough();
  for (const streams of [
    { input: pipe, output: terminal },
    { input: terminal, output: pipe },
  ]) {
    let fault: unknown;
    try {
      terminalApprovals({ queue, approver, ...streams });
    } catch (error) {
      fault = error;
    }
    expect(ApprovalsError.is(fault) && fault.code).toBe("no_terminal");
  }
  expect(() =>
    terminalApprovals({ queue, approver, input: terminal, output: terminal }),
  ).not.toThrow();
});
