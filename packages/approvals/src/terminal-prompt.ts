import { systemClock } from "@scopeward/sdk";
import type { ApprovalChannel, ApprovalRecord, AskedAnswer, Caller, Clock } from "@scopeward/sdk";
import { ApprovalsError } from "./approvals-error.ts";
import { questionText } from "./question-text.ts";
import { typedLine } from "./typed-line.ts";
import type { TypedInput } from "./typed-line.ts";

/** How a person at a terminal is asked. */
export interface TerminalApprovalsOptions {
  /** Keeps the questions; closed with the prompt. */
  readonly queue: ApprovalChannel;
  /** Whose key the person at the terminal answers with: verified, and held against policy, each time. */
  readonly approver: Caller;
  /** Standard input where absent. Nobody else may read it while a question is open. */
  readonly input?: TypedInput;
  /** Standard error where absent: standard output may be data. */
  readonly output?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** For tests: takes streams that are no terminals. */
  readonly acceptsAnyStream?: boolean;
  readonly clock?: Clock;
}

// What fits a screen; `scopeward approvals show` has the whole.
const bounds = { characters: 500, rows: 30 };

const longestTimerMs = 2_147_483_647;

/**
 * A queue that also puts each question to the person at the terminal, one after the other. Only `y` or
 * `yes` approves; every other line denies. Nobody has answered, and the call is parked, when the input
 * ends, Ctrl-C is typed, the question expires or the call is aborted.
 * @throws ApprovalsError `no_terminal` where input or output is none: a pipe could answer unseen.
 */
export function terminalApprovals(
  options: TerminalApprovalsOptions,
): ApprovalChannel & Required<Pick<ApprovalChannel, "ask">> {
  const { queue, approver, clock = systemClock } = options;
  const { input = process.stdin, output = process.stderr } = options;
  if (options.acceptsAnyStream !== true && !(input.isTTY === true && output.isTTY === true)) {
    throw new ApprovalsError(
      "no_terminal",
      "there is no terminal to ask at; run the program in one, or give it a queue and answer with `scopeward approvals`",
    );
  }
  const closing = new AbortController();
  let previous: Promise<unknown> = Promise.resolve();

  async function put(
    record: ApprovalRecord,
    signal: AbortSignal,
  ): Promise<AskedAnswer | undefined> {
    const leftMs = Date.parse(record.expiresAt) - clock.wallMs();
    if (leftMs <= 0) return undefined;
    const over = AbortSignal.timeout(Math.min(leftMs, longestTimerMs));
    const show = (): void => {
      const question = questionText(record, clock.wallMs(), bounds);
      output.write(`\nA call needs your approval.\n${question}Allow it, this once? [y/N] `);
    };
    const line = await typedLine(input, show, AbortSignal.any([signal, over, closing.signal]));
    if (line === undefined) {
      output.write("\nnot answered: the call is parked\n");
      return undefined;
    }
    const verdict = line === "y" || line === "yes" ? "approve" : "deny";
    output.write(verdict === "approve" ? "you said yes\n" : "you said no\n");
    return { verdict, approver };
  }

  return {
    create: async (request, now, maxPendingPerKey) =>
      await queue.create(request, now, maxPendingPerKey),
    get: async (id, now) => await queue.get(id, now),
    list: async (now, filter) => await queue.list(now, filter),
    answer: async (id, answer, now) => await queue.answer(id, answer, now),
    consume: async (id, now) => await queue.consume(id, now),
    expire: async (now) => await queue.expire(now),
    async ask(record, signal) {
      if (closing.signal.aborted) {
        throw new ApprovalsError("closed", "the prompt was closed; open another");
      }
      const asking = previous.then(async () => await put(record, signal));
      // The next question comes whatever became of this one.
      previous = asking.catch(() => undefined);
      return await asking;
    },
    async close() {
      closing.abort();
      await previous;
      await queue.close();
    },
  };
}
