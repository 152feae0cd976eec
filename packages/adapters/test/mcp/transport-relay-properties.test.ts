import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { allow, deny } from "../../src/conformance/scripted-policy.ts";
import { Wire } from "./transport-wire.ts";

const named = new Set([
  "initialize",
  "server/discover",
  "ping",
  "completion/complete",
  "logging/setLevel",
  "tools/call",
  "tools/list",
  "prompts/get",
  "prompts/list",
  "resources/read",
  "resources/list",
  "resources/templates/list",
  "resources/subscribe",
  "resources/unsubscribe",
  "subscriptions/listen",
  "elicitation/create",
  "sampling/createMessage",
  "roots/list",
]);

test.prop([
  fc.oneof(fc.string(), fc.constantFrom("tasks/get", "tasks/result", "Tools/call", "tools/call ")),
])("one that is not named is refused, on either side", async (method) => {
  fc.pre(!named.has(method) && !method.startsWith("notifications/"));
  const wire = new Wire();
  wire.policy.load({ [method]: () => allow() });
  await wire.ask(1, method, {});
  expect(wire.answered(1)).toMatchObject({ code: -32_601 });
  await wire.fromServer({ jsonrpc: "2.0", id: 2, method, params: {} });
  await wire.settle();
  expect(wire.server).toMatchObject([{ id: 2, error: { code: -32_601 } }]);
  expect(wire.client).toHaveLength(1);
  await wire.fromClient({ jsonrpc: "2.0", method });
  await wire.fromServer({ jsonrpc: "2.0", method });
  expect(wire.client.length + wire.server.length).toBe(2);
});

const anyId = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom("0", "1"));
const anyName = fc.constantFrom("write_note", "shut", "write_note ", "resources/read", "__proto__");
const anyMember = fc.oneof(fc.jsonValue(), anyName, fc.record({ n: fc.integer() }));
const anyMessage = fc.oneof(
  fc.record({
    jsonrpc: fc.constant("2.0"),
    id: anyId,
    method: fc.constantFrom("tools/call", "tools/list", "ping", "tasks/get", "resources/read"),
    params: fc.oneof(
      fc.record({ name: anyName, arguments: fc.record({ n: fc.integer() }) }),
      fc.record(
        {
          name: anyMember,
          arguments: anyMember,
          uri: anyMember,
          _meta: anyMember,
          task: anyMember,
        },
        { requiredKeys: [] },
      ),
    ),
  }),
  fc.record({
    jsonrpc: fc.constant("2.0"),
    method: fc.constant("notifications/cancelled"),
    params: fc.record({ requestId: anyId }),
  }),
  fc.record({ jsonrpc: fc.constant("2.0"), id: anyId, result: fc.record({ tools: anyMember }) }),
  fc.jsonValue(),
);
const anyStep = fc.tuple(fc.constantFrom("fromClient" as const, "fromServer" as const), anyMessage);

test.prop(
  [fc.array(anyStep, { maxLength: 30 }), fc.constantFrom("client" as const, "server" as const)],
  {
    numRuns: 60,
  },
)("whatever both sides send, no call reaches the server undecided", async (steps, side) => {
  const wire = new Wire({ side });
  wire.policy.load({
    write_note: ({ args }) => (Number(args?.["n"]) % 2 === 0 ? allow() : deny("odd")),
  });
  for (const [direction, message] of steps) wire[direction](message).catch(() => undefined);
  await wire.settle();
  const decided = wire.policy.requests
    .filter(({ phase }) => phase === "call")
    .map(({ action, args }) => JSON.stringify([action.name, args]));
  for (const { method, params } of wire.server) {
    expect(method).not.toBe("tasks/get");
    expect(method).not.toBe("resources/read");
    if (method !== "tools/call") continue;
    const { name, arguments: args } = params as {
      readonly name: string;
      readonly arguments: object;
    };
    expect(name).toBe("write_note");
    expect(Math.abs(Number((args as { readonly n?: unknown }).n) % 2)).toBe(0);
    expect(decided).toContain(JSON.stringify([name, args]));
  }
});
