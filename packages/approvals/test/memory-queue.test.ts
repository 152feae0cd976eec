import { approvalChannelCases } from "@scopeward/sdk/conformance";
import { expect, test } from "vitest";
import { ApprovalsError } from "../src/approvals-error.ts";
import { memoryApprovals } from "../src/memory-queue.ts";

test.for(approvalChannelCases)("$name", async ({ run }) => {
  const channel = memoryApprovals();
  await expect(run({ open: async () => channel, isDurable: false })).resolves.toBeUndefined();
});

test("two queues share nothing", async () => {
  const [queue, other] = [memoryApprovals(), memoryApprovals()];
  await other.close();
  await expect(queue.list("2026-03-01T10:00:00Z")).resolves.toEqual([]);
  const fault = await other.list("2026-03-01T10:00:00Z").catch((error: unknown) => error);
  expect(ApprovalsError.is(fault) && fault.code).toBe("closed");
});
