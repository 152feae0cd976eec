import type { AccessRequest, Audience, Catalogue, Party, Resource } from "@scopeward/core";
import { fc } from "@fast-check/vitest";

/** What the rules of the policies under test look at, beside what their catalogue names. */
export interface Vocabulary {
  readonly groups: readonly string[];
  readonly resourceIds: readonly string[];
  readonly approvalCodes: readonly string[];
  /** For each argument the values worth trying, the wrong ones too. */
  readonly args: { readonly [name: string]: readonly unknown[] };
}

/** What the reference policies look at. */
export const referenceVocabulary: Vocabulary = {
  groups: ["developers", "sales"],
  resourceIds: ["sales", "web_traffic", "forecasts", "acme/shop", "A-1001"],
  approvalCodes: ["large_export", "large_refund", "protected_path", "dataset_not_reviewed"],
  args: {
    dataset: ["sales", "forecasts"],
    query: ["select 1"],
    limit: [5, 20_000, -1, null],
    order: ["A-1001"],
    amount: [5, 500, null],
    path: ["src/cart.ts", "infrastructure/main.tf", ".github/workflows/release.yml", "../x"],
    max_tokens: [5, 99_999, null],
  },
};

/**
 * Requests that speak of what the policies know, so that most of them get past the scope check and
 * into the rules. Every optional member is there in some and absent in others.
 */
export function accessRequests(
  catalogue: Catalogue,
  vocabulary: Vocabulary,
): fc.Arbitrary<AccessRequest> {
  const tools = Object.keys(catalogue.tools);
  const models = Object.keys(catalogue.models);
  const ids = fc.constantFrom(...vocabulary.resourceIds, ...models);
  const resourceTypes = new Set(["model", "tool", "nothing"]);
  for (const { resource } of Object.values(catalogue.tools)) {
    if (typeof resource === "object") resourceTypes.add(resource.type);
  }
  const resource: fc.Arbitrary<Resource> = members(
    { type: fc.constantFrom(...resourceTypes), id: ids },
    { properties: anything },
  );

  const toolCall = fc.constantFrom(...tools).chain((tool) => {
    const declared = catalogue.tools[tool]?.resource;
    const fitting =
      typeof declared === "object"
        ? fc.record({ type: fc.constant(declared.type), id: ids })
        : resource;
    return fc.record({
      action: fc.constant({ type: "tool" as const, name: tool }),
      resource: fc.option(fc.oneof({ weight: 4, arbitrary: fitting }, resource), {
        nil: undefined,
      }),
      audience: audienceOf(catalogue.tools[tool]?.scopes),
      scopes: grants(catalogue.tools[tool]?.scopes),
    });
  });
  const modelCall = fc.constantFrom(...models).chain((model) =>
    fc.record({
      action: fc.record({
        type: fc.constant("model" as const),
        name: fc.constantFrom("chat", "chat", "embeddings"),
      }),
      resource: fc.option(
        members({ type: fc.constant("model"), id: fc.constant(model) }, { properties: anything }),
        {
          nil: undefined,
          freq: 9,
        },
      ),
      audience: audienceOf(catalogue.models[model]?.scopes),
      scopes: grants(catalogue.models[model]?.scopes),
    }),
  );

  const nameable = [...vocabulary.resourceIds, ...tools, ...models];
  const constraint = fc.oneof(
    { weight: 12, arbitrary: fc.constant(nameable) },
    { weight: 2, arbitrary: fc.subarray(nameable) },
    { weight: 1, arbitrary: fc.constantFrom(7, "sales", null) },
  );
  const constraints = members(
    {},
    Object.fromEntries([...resourceTypes, "cidr", "max_rows"].map((name) => [name, constraint])),
  );
  const party = members(
    { type: fc.constantFrom("user", "service"), id: fc.constantFrom("ada", "bob") },
    {
      properties: members(
        {},
        {
          groups: fc.oneof(
            fc.subarray([...vocabulary.groups]),
            fc.constantFrom(...vocabulary.groups),
          ),
        },
      ),
    },
  ) as fc.Arbitrary<Party>;
  const args = fc.record(
    Object.fromEntries(
      Object.entries(vocabulary.args).map(([name, values]) => [
        name,
        fc.option(fc.constantFrom(...values), { nil: undefined, freq: 9 }),
      ]),
    ),
  );

  return fc
    .record({
      call: fc.oneof({ weight: 3, arbitrary: toolCall }, modelCall),
      phase: fc.constantFrom("call", "call", "call", "list"),
      subject: party,
      key: members({}, { constraints, chain: fc.constant([{ id: "parent" }]) }),
      rest: members(
        {},
        {
          actors: fc.array(party, { maxLength: 2 }),
          approval: fc.record({
            id: fc.constant("1"),
            approver: party,
            codes: fc.subarray([...vocabulary.approvalCodes]),
            at: fc.constant("2026-01-31T11:00:00Z"),
          }),
        },
      ),
      args,
      withArgs: fc.constantFrom(true, true, true, false),
      context: members(
        { time: fc.constant("2026-01-31T12:00:00Z") },
        {
          ip: fc.constant("192.0.2.1"),
          tenant: fc.constant("default"),
          session: fc.constant("s"),
          facts: anything,
        },
      ),
    })
    .map(({ call, phase, subject, key, rest, args: given, withArgs, context }) => ({
      phase,
      subject,
      key: { id: "k00000000001", audience: call.audience, scopes: call.scopes, ...key },
      action: call.action,
      ...(call.resource === undefined ? {} : { resource: call.resource }),
      ...(phase === "call" && withArgs ? { args: present(given) } : {}),
      ...rest,
      context,
    })) as fc.Arbitrary<AccessRequest>;
}

const anything = fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom(1, "x", true), {
  maxKeys: 2,
});

type Arbitraries = { readonly [member: string]: fc.Arbitrary<unknown> };
type Of<R extends Arbitraries> = {
  [name in keyof R]: R[name] extends fc.Arbitrary<infer T> ? T : never;
};

/** An object with all of the first members and any of the second. */
function members<R extends Arbitraries>(required: R, optional: Arbitraries): fc.Arbitrary<Of<R>> {
  const all: Arbitraries = { ...required, ...optional };
  return fc.record(all, { requiredKeys: Object.keys(required) }) as fc.Arbitrary<Of<R>>;
}

function present(record: { readonly [name: string]: unknown }): {
  readonly [name: string]: unknown;
} {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

type OpenScopes = { readonly [audience in Audience]: readonly string[] } | undefined;

/** Mostly one that some scope is open to. */
function audienceOf(scopes: OpenScopes): fc.Arbitrary<Audience> {
  const open = (["internal", "external"] as const).filter(
    (audience) => (scopes?.[audience].length ?? 0) > 0,
  );
  return fc.constantFrom(...open, ...open, "internal", "external");
}

/** Mostly grants that cover what is asked. */
function grants(scopes: OpenScopes): fc.Arbitrary<readonly string[]> {
  const fitting = [...(scopes?.internal ?? []), ...(scopes?.external ?? [])];
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(fitting) },
    fc.constantFrom<readonly string[]>(["**"], ["*:read"], ["no:such"], []),
  );
}
