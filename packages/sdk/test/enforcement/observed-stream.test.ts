import { expect, test, vi } from "vitest";
import { observedStream } from "../../src/enforcement/observed-stream.ts";
import type { StreamEnd } from "../../src/enforcement/observed-stream.ts";

function observed(source: unknown): {
  readonly stream: AsyncGenerator<unknown, void, undefined>;
  readonly ended: ReturnType<typeof vi.fn<(end: StreamEnd) => Promise<void>>>;
} {
  const ended = vi.fn<(end: StreamEnd) => Promise<void>>(async () => await Promise.resolve());
  const stream = observedStream(source as AsyncIterable<unknown>, (work) => work(), ended);
  return { stream, ended };
}

test.for<readonly [string, unknown]>([
  ["undefined", undefined],
  ["no iterable", {}],
  ["an iterable that throws", { [Symbol.asyncIterator]: () => expect.unreachable() }],
  ["an iterable without an iterator", { [Symbol.asyncIterator]: () => undefined }],
  [
    "an iterator that answers nothing",
    { [Symbol.asyncIterator]: () => ({ next: () => undefined }) },
  ],
])("what is %s has failed, and that is told once", async ([, source]) => {
  const { stream, ended } = observed(source);
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(ended.mock.calls).toMatchObject([[{ kind: "failed" }]]);
});

test("a source that cannot be ended was left all the same", async () => {
  const error = new Error("stuck");
  const { stream, ended } = observed({
    [Symbol.asyncIterator]: () => ({
      next: () => ({ done: false, value: 1 }),
      return: () => {
        throw error;
      },
    }),
  });
  await stream.next();
  await expect(stream.return()).rejects.toBe(error);
  expect(ended.mock.calls).toEqual([[{ kind: "left" }]]);
});

test("a source that nobody began to read is ended, and was left", async () => {
  const ending = vi.fn<() => void>();
  const { stream, ended } = observed({
    [Symbol.asyncIterator]: () => ({ next: () => expect.unreachable(), return: ending }),
  });
  expect(ended).not.toHaveBeenCalled();
  await stream.return();
  expect(ending).toHaveBeenCalledTimes(1);
  expect(ended.mock.calls).toEqual([[{ kind: "left" }]]);
});
