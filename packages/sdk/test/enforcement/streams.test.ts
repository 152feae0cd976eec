import { defineObligation } from "@scopeward/sdk";
import type { AfterObligation } from "@scopeward/sdk";
import { EnforcerError } from "@scopeward/sdk/enforcer";
import { expect, test, vi } from "vitest";
import { allow, Stage } from "./stage.ts";

/** A stage whose policies want one duty on each result, with a stream that this duty transforms. */
async function streamed(
  stage: Stage,
  transformStream: NonNullable<AfterObligation["transformStream"]>,
  source: AsyncIterable<unknown>,
): Promise<AsyncGenerator> {
  stage.answer = () => ({ ...allow, obligations: [{ type: "duty" }] });
  const duty = defineObligation({
    type: "duty",
    phase: "after",
    parameters: { type: "object" },
    transform: (value) => ({ value }),
    transformStream,
  });
  const ran = await stage
    .enforcer({ obligations: [duty] })
    .run({ token: "token-ada" }, { name: "ping", execute: () => source });
  if (ran.kind !== "done") throw new Error(ran.kind);
  return ran.result as AsyncGenerator;
}

/** Pieces without end, that tell when they are ended. */
function endless(): AsyncIterable<unknown> & { readonly ended: ReturnType<typeof vi.fn> } {
  const ended = vi.fn<() => object>(() => ({ done: true }));
  return {
    ended,
    [Symbol.asyncIterator]: () => ({
      next: async () => await Promise.resolve({ done: false, value: "secret" }),
      return: ended as never,
    }),
  };
}

test("a stream that is ended before its first piece ends the tool's, and has an outcome", async () => {
  const stage = new Stage();
  const source = endless();
  const stream = await streamed(
    stage,
    async function* (pieces) {
      yield* pieces;
    },
    source,
  );
  await stream.return(undefined);
  expect(source.ended).toHaveBeenCalledTimes(1);
  expect(stage.of("outcome")).toMatchObject([{ status: "aborted" }]);
});

test("a duty that fails without ending the tool's stream does not keep it open, nor quotes a piece", async () => {
  const stage = new Stage();
  const source = endless();
  const stream = await streamed(
    stage,
    async function* (pieces) {
      const { value } = await pieces[Symbol.asyncIterator]().next();
      yield JSON.parse(String(value));
    },
    source,
  );
  const error: unknown = await stream.next().catch((thrown: unknown) => thrown);
  expect(EnforcerError.is(error) && error.code).toBe("engine:obligation_failed");
  expect((error as Error).cause).toBeUndefined();
  expect(source.ended).toHaveBeenCalledTimes(1);
  expect(stage.of("outcome")).toMatchObject([{ status: "withheld" }]);
});

test("a stream that is withheld as a whole is ended", async () => {
  const stage = new Stage();
  const source = endless();
  await expect(streamed(stage, () => expect.unreachable(), source)).rejects.toThrow("deny");
  expect(source.ended).toHaveBeenCalledTimes(1);
  expect(stage.of("outcome")).toMatchObject([{ status: "withheld" }]);
});

test("a duty that fails while the tool's next piece is under way has its outcome at once", async () => {
  const stage = new Stage();
  const stream = await streamed(
    stage,
    async function* (pieces) {
      void pieces[Symbol.asyncIterator]().next();
      yield await Promise.reject(new Error("no"));
    },
    { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) },
  );
  await expect(stream.next()).rejects.toSatisfy((error) => EnforcerError.is(error));
  expect(stage.of("outcome")).toMatchObject([{ status: "withheld" }]);
});
