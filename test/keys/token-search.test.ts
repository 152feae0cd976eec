import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { openScopeward } from "scopeward";
import type { IssueRequest, Secret, Ward } from "scopeward";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { startPostgres } from "../../tools/servers/postgres.ts";
import { startRedis } from "../../tools/servers/redis.ts";
import { repositoryRoot } from "../architecture/repository.ts";

// Invariant (d): no token in anything that is written. The life of many keys is lived with everything
// that goes wrong on the way, and all that it leaves is searched: results, errors, events, the state
// folder, and the servers' own files and logs.

// Written out here: a search by the product's own pattern would miss what that misses.
const pattern = /sward_(?:int|ext|agt|mgt)_[0-9A-Za-z]{12}_[0-9A-Za-z]{43,}/u;

const places: Record<string, { url: string; folder: string }> = {};
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const postgres = await startPostgres({ settings: { log_statement: "all", log_duration: "on" } });
  stops.push(async () => await postgres.stop());
  const redis = await startRedis();
  stops.push(async () => await redis.stop());
  places["postgres"] = postgres;
  places["redis"] = redis;
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** Everything that a life wrote or said, and the secrets that must not be in it. */
interface Transcript {
  readonly said: string[];
  readonly secrets: string[];
}

/** Calls, and writes down what came of it in every form in which it may be logged. */
async function say(transcript: Transcript, call: () => unknown): Promise<unknown> {
  try {
    const result = await call();
    transcript.said.push(
      JSON.stringify(result) ?? "",
      inspect(result, { depth: 9 }),
      String(result),
    );
    return result;
  } catch (error) {
    const { stack, message } = error as Error;
    transcript.said.push(inspect(error, { depth: 9 }), stack ?? "", message);
    return undefined;
  }
}

async function issue(ward: Ward, transcript: Transcript, request: IssueRequest): Promise<Issue> {
  const result = await say(transcript, async () => await ward.keys.issue(request));
  const { key, token } = result as { key: { id: string }; token: Secret };
  transcript.secrets.push(secretOf(token));
  return { id: key.id, token };
}

interface Issue {
  readonly id: string;
  readonly token: Secret;
}

function secretOf(token: Secret): string {
  return token.reveal().split("_")[3]!.slice(0, 43);
}

async function live(ward: Ward): Promise<Transcript> {
  const transcript: Transcript = { said: [], secrets: [] };
  const tell = (detail: unknown): void => void transcript.said.push(JSON.stringify(detail));
  const warnings = vi.spyOn(process, "emitWarning").mockImplementation((...args) => tell(args));
  onTestFinished(() => warnings.mockRestore());
  for (const event of [
    "background-failed",
    "clock-stepped",
    "junk",
    "retiring-secret-used",
    "store-available",
    "store-rolled-back",
    "store-unavailable",
    "wrong-secrets",
  ] as const) {
    ward.keys.on(event, tell);
  }
  const { keys } = ward;
  const ada = await issue(ward, transcript, {
    owner: "user:ada",
    audience: "internal",
    scopes: ["internal-chatbot", "code-generation:*"],
    idempotencyKey: "first",
  });
  const agent = await issue(ward, transcript, {
    owner: "user:ada",
    kind: "agt",
    scopes: ["internal-chatbot"],
    parent: ada.id,
  });
  const manager = await issue(ward, transcript, {
    owner: "service:onboarding",
    kind: "mgt",
    mayGrant: {
      scopes: ["internal-chatbot"],
      audiences: ["internal"],
      owners: ["user:*"],
      maxLifeSeconds: 3600,
    },
  });
  const text = ada.token.reveal();
  const wrong = agent.token.reveal().replace(/_[0-9A-Za-z]{49}$/u, text.slice(-50));
  const verified = await keys.verify(manager.token);
  const acting = verified.outcome === "verified" ? keys.as(verified.principal) : keys;
  const calls: (() => unknown)[] = [
    () => ada.token,
    () => keys.verify(text),
    () => keys.verify(ada.token, { address: "10.0.0.1" }),
    () => keys.verify(`${text} `),
    () => keys.verify(wrong),
    () => keys.verify([text]),
    () => keys.validateApiKey(text, "internal-chatbot"),
    () => keys.validateApiKey(text, text),
    () => ward.decideFor({ token: text } as never, { action: { type: "tool", name: text } }),
    () => ward.permitted({ token: text } as never),
    // Somebody pastes the token where an id, a name or a reason belongs.
    () => keys.show(text),
    () => keys.rotate(text),
    () => keys.revoke(text),
    () => keys.revoke(agent.id, { reason: `leaked: ${text}` }),
    () => keys.disable(agent.id, { reason: text }),
    () => keys.update(ada.id, { name: text }),
    () => keys.update(ada.id, { notes: `was ${text}` }),
    () => keys.update(ada.id, { scopes: [text] }),
    () => keys.update(ada.id, { constraints: { dataset: [text] } }),
    () => keys.update(ada.id, { constraints: { [text]: ["a"] } }),
    () => keys.list({ owner: text, scope: text }),
    () => keys.issue({ owner: text, audience: "internal", scopes: ["internal-chatbot"] }),
    () => keys.issue({ owner: `user:${text}`, audience: "internal", scopes: ["internal-chatbot"] }),
    () => keys.issue({ owner: "user:x", audience: text as never, scopes: [text], expires: text }),
    () => keys.issue({ owner: "user:x", parent: text, scopes: ["internal-chatbot"] }),
    () => keys.issue({ [text]: text, owner: "user:x", scopes: ["internal-chatbot"] }),
    () =>
      keys.issue({
        owner: "user:ada",
        audience: "internal",
        scopes: ["internal-chatbot"],
        idempotencyKey: text,
      }),
    () => acting.issue({ owner: "user:new", audience: "internal", scopes: ["**"] }),
    () => acting.rotate(ada.id),
    () => keys.list(),
    () => keys.lint(),
    () => keys.show(ada.id),
  ];
  for (const call of calls) {
    const result = await say(transcript, call);
    const { token } = (result ?? {}) as { token?: Secret };
    if (token !== undefined && typeof token.reveal === "function") {
      transcript.secrets.push(secretOf(token));
    }
  }
  for (let index = 0; index < 130; index++) await keys.verify(wrong, { address: "192.0.2.7" });
  for (let index = 0; index < 30; index++) await keys.verify(`${text.slice(0, -1)}!`);
  for (const overlap of ["1h", "0s"]) {
    const rotated = await say(transcript, async () => await keys.rotate(ada.id, { overlap }));
    transcript.secrets.push(secretOf((rotated as { token: Secret }).token));
    await say(transcript, async () => await keys.verify(text));
  }
  await say(transcript, async () => await keys.revokeAll({ owner: "user:ada" }));
  await say(transcript, async () => await keys.verify(text));
  return transcript;
}

/** The files below a folder that hold a token or one of the secrets. */
async function filesWith(folder: string, secrets: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = (await readFile(path)).toString("latin1");
    if (pattern.test(content) || secrets.some((secret) => content.includes(secret))) {
      found.push(path.slice(folder.length + 1));
    }
  }
  return found;
}

describe.each(["sqlite", "postgres", "redis"])("a life of keys on %s", (kind) => {
  test("leaves no token anywhere", async () => {
    const folder = await mkdtemp(join(tmpdir(), "scopeward-search-"));
    onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
    const state = join(folder, "state");
    const ward = await openScopeward({
      policies: join(repositoryRoot, "policies"),
      state,
      keys: {
        store: places[kind]?.url ?? `sqlite:${join(state, "keys.db")}`,
        pepperFile: join(folder, "secrets", "pepper.json"),
      },
    });
    const transcript = await live(ward);
    // Before the store is closed, which tidies up, and after.
    const { said, secrets } = transcript;
    expect(secrets.length).toBeGreaterThanOrEqual(5);
    const during = await filesWith(folder, secrets);
    await ward.close();
    expect([...during, ...(await filesWith(folder, secrets))]).toEqual([]);
    const server = places[kind];
    expect(server === undefined ? [] : await filesWith(server.folder, secrets)).toEqual([]);
    const spoken = said.filter(
      (text) => pattern.test(text) || secrets.some((secret) => text.includes(secret)),
    );
    expect(spoken).toHaveLength(0);
  });
});
