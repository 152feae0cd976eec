import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { accessRequestSchema, isRfc3339 } from "../src/index.ts";

const matches = new Ajv2020({ strict: false, formats: { "date-time": isRfc3339 } }).compile(
  accessRequestSchema,
);

const least = {
  phase: "call",
  subject: { type: "user", id: "ada" },
  key: { id: "k", audience: "internal", scopes: [] },
  action: { type: "tool", name: "sql_query" },
  context: { time: "2026-01-31T12:00:00Z" },
};

const most = {
  ...least,
  subject: { ...least.subject, properties: { groups: ["a"] } },
  actors: [{ type: "agent", id: "researcher", properties: {} }],
  key: {
    ...least.key,
    scopes: ["a:b", "not a scope"],
    constraints: { dataset: ["a"], max: 1 },
    chain: [{ id: "p" }],
  },
  resource: { type: "dataset", id: "sales", properties: { owner: null } },
  args: { anything: [{ goes: null }] },
  approval: { id: "1", approver: least.subject, codes: ["large"], at: "2026-01-31T11:00:00+01:00" },
  context: {
    ...least.context,
    ip: "192.0.2.1",
    tenant: "default",
    session: "s",
    facts: { hosts: [] },
  },
};

// `least` with the member at a path set to a value, or taken away where there is none.
function changed(path: string, ...value: unknown[]): unknown {
  const request: unknown = structuredClone(most);
  const names = path.split(".");
  const last = names.pop() ?? "";
  let place = request as Record<string, unknown>;
  for (const name of names) place = place[name] as Record<string, unknown>;
  if (value.length === 0) delete place[last];
  else [place[last]] = value;
  return request;
}

test("the least and the most that a request holds", () => {
  expect(matches(least)).toBe(true);
  expect(matches(most)).toBe(true);
});

test("at `list` there are no arguments", () => {
  expect(matches({ ...least, phase: "list" })).toBe(true);
  expect(matches({ ...least, phase: "list", args: {} })).toBe(false);
});

describe("required", () => {
  test.each([
    "phase",
    "subject",
    "subject.type",
    "subject.id",
    "key",
    "key.id",
    "key.audience",
    "key.scopes",
    "action",
    "action.type",
    "action.name",
    "context",
    "context.time",
    "resource.type",
    "resource.id",
    "actors.0.type",
    "key.chain.0.id",
    "approval.id",
    "approval.approver",
    "approval.codes",
    "approval.at",
  ])("%s", (path) => {
    expect(matches(changed(path))).toBe(false);
  });
});

describe("optional", () => {
  test.each([
    "actors",
    "resource",
    "args",
    "approval",
    "key.constraints",
    "key.chain",
    "subject.properties",
    "resource.properties",
    "actors.0.properties",
    "context.ip",
    "context.tenant",
    "context.session",
    "context.facts",
  ])("%s, and never null", (path) => {
    expect(matches(changed(path))).toBe(true);
    expect(matches(changed(path, null))).toBe(false);
  });
});

describe("a member that nobody knows", () => {
  test.each([
    "sbject",
    "subject.name",
    "key.token",
    "action.id",
    "resource.name",
    "approval.by",
    "context.now",
    "actors.0.name",
    "key.chain.0.scopes",
    "approval.approver.name",
  ])("%s is invalid", (path) => {
    expect(matches(changed(path, "x"))).toBe(false);
  });

  test.each([
    "args.x",
    "key.constraints.x",
    "context.facts.x",
    "subject.properties.x",
    "resource.properties.x",
    "actors.0.properties.x",
  ])("%s is open", (path) => {
    expect(matches(changed(path, null))).toBe(true);
  });
});

describe("values", () => {
  test.each<[string, unknown]>([
    ["phase", "dry-run"],
    ["key.audience", "public"],
    ["key.scopes", "a:b"],
    ["key.scopes", [1]],
    ["action.type", "function"],
    ["action.name", ""],
    ["subject.id", ""],
    ["subject.id", 7],
    ["args", []],
    ["key.constraints", []],
    ["approval.codes", "large"],
    ["approval.at", "yesterday"],
    ["context.time", "2026-02-30T12:00:00Z"],
    ["context.tenant", ""],
  ])("%s is not %j", (path, value) => {
    expect(matches(changed(path, value))).toBe(false);
  });
});
