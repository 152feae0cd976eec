import type { JsonObject } from "@scopeward/core";
import { describe, expect, test } from "vitest";
import { allow } from "../../src/conformance/scripted-policy.ts";
import { Wire } from "./transport-wire.ts";

const secret = "ada@example.org";
const pattern = { type: "redact_result", pattern: "[a-z]+@example[.]org", replacement: "-" };
const field = { type: "redact_result", fields: ["/email"] };

async function redacted(
  method: string,
  params: JsonObject,
  result: JsonObject,
  obligation: JsonObject & { readonly type: string } = pattern,
): Promise<JsonObject> {
  const wire = new Wire();
  const tool = method === "tools/call" ? "find_person" : method;
  wire.policy.load({ [tool]: () => allow({ obligations: [obligation] }) });
  return await wire.exchange(1, method, params, result);
}

describe("what is taken out of a result of tools/call", () => {
  const call = { name: "find_person", arguments: {} };

  test("is taken out of every part, and members that nobody knows are left out", async () => {
    const result = await redacted("tools/call", call, {
      content: [
        { type: "text", text: `ask ${secret}` },
        { type: "resource", resource: { uri: "note:1", text: secret } },
        { type: "resource_link", uri: "note:2", name: secret },
        { type: "image", data: "AAAA", mimeType: "image/png" },
      ],
      structuredContent: { email: secret, list: [secret] },
      _meta: { from: secret },
      isError: false,
      other: secret,
    });
    expect(result).toEqual({
      content: [
        { type: "text", text: "ask -" },
        { type: "resource", resource: { uri: "note:1", text: "-" } },
        { type: "resource_link", uri: "note:2", name: "-" },
        { type: "image", data: "AAAA", mimeType: "image/png" },
      ],
      structuredContent: { email: "-", list: ["-"] },
      isError: false,
    });
  });

  test("by member is taken out of the JSON in a text too", async () => {
    const person = { name: "Ada", email: secret };
    const content = [{ type: "text", text: JSON.stringify(person) }];
    const result = await redacted(
      "tools/call",
      call,
      { content, structuredContent: person },
      field,
    );
    expect(result).toEqual({
      content: [{ type: "text", text: '{"name":"Ada"}' }],
      structuredContent: { name: "Ada" },
    });
  });

  test("is taken out of the result of a tool that failed", async () => {
    const content = [{ type: "text", text: `there is no ${secret}` }];
    const result = await redacted("tools/call", call, { content, isError: true });
    expect(result).toEqual({ content: [{ type: "text", text: "there is no -" }], isError: true });
  });

  test("is in no member of a block that nobody reads, and not in its URI", async () => {
    const hidden = { _meta: { a: secret }, annotations: { note: secret }, other: secret };
    const result = await redacted("tools/call", call, {
      content: [
        { type: "text", text: "plain", ...hidden },
        {
          type: "resource",
          resource: { uri: `note:${secret}`, text: "plain", ...hidden },
          ...hidden,
        },
        { type: "resource", resource: { uri: "note:1", blob: "AAAA", ...hidden } },
        { type: "image", data: "AAAA", mimeType: "image/png", ...hidden },
        { type: "resource_link", uri: "note:2", _meta: { a: secret } },
      ],
    });
    expect(result).toEqual({
      content: [
        { type: "text", text: "plain" },
        { type: "resource", resource: { uri: "note:-", text: "plain" } },
        { type: "resource", resource: { uri: "note:1", blob: "AAAA" } },
        { type: "image", data: "AAAA", mimeType: "image/png" },
        { type: "resource_link", uri: "note:2" },
      ],
    });
  });

  test("is taken out of an error of the protocol, which keeps its code", async () => {
    const wire = new Wire();
    wire.policy.load({ find_person: () => allow({ obligations: [pattern] }) });
    await wire.ask(1, "tools/call", call);
    const error = { code: -32_001, message: `no ${secret}`, data: { row: secret }, other: secret };
    await wire.fromServer({ jsonrpc: "2.0", id: 1, error });
    await wire.until(() => wire.client.length === 1);
    expect(wire.answered(1)).toEqual({ code: -32_001, message: "no -", data: { row: "-" } });
  });

  test("is withheld with the rest where it cannot be found", async () => {
    const content = [{ type: "text", text: `ask ${secret}` }];
    const result = await redacted("tools/call", call, { content }, field);
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result)).toContain("engine:obligation_failed");
    expect(JSON.stringify(result)).not.toContain(secret);
  });

  test("is nothing where the policy asks for nothing: the result is the server's own", async () => {
    const wire = new Wire();
    wire.policy.load({ find_person: () => allow() });
    const given = { content: [{ type: "text", text: secret }], _meta: { a: 1 }, other: [null] };
    expect(await wire.exchange(1, "tools/call", call, given)).toEqual(given);
  });
});

test.for([
  [
    "resources/read",
    { uri: "note:1" },
    { contents: [{ uri: "note:1", text: secret }], ttlMs: 5, _meta: { a: secret } },
    { contents: [{ uri: "note:1", text: "-" }], ttlMs: 5 },
  ],
  [
    "prompts/get",
    { name: "sum" },
    {
      description: secret,
      messages: [{ role: "user", content: { type: "text", text: secret } }],
    },
    { description: "-", messages: [{ role: "user", content: { type: "text", text: "-" } }] },
  ],
  [
    "completion/complete",
    { ref: {} },
    { completion: { values: [secret] } },
    { completion: { values: ["-"] } },
  ],
] as const)("what is taken out of a result of %s is in no part", async (row) => {
  const [method, params, result, expected] = row;
  expect(await redacted(method, params, result)).toEqual(expected);
});
