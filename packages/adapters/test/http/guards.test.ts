import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { AccessVerifier, Principal, Verification } from "@scopeward/sdk";
import { describe, expect, onTestFinished, test } from "vitest";
import { allow, ask, deny } from "../../src/conformance/scripted-policy.ts";
import type { Script } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { secretEndsHeader } from "../../src/http.ts";
import { httpHarness } from "./harness.ts";
import { openService, serviceKinds } from "./services.ts";
import type { ServiceRoute } from "./services.ts";

const redact: Script = ({ phase }) =>
  phase === "call"
    ? allow({ obligations: [{ type: "redact_result", fields: ["/email"] }] })
    : allow();

function post(
  url: string,
  authorization?: string,
  more: Pick<RequestInit, "body" | "signal"> & {
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    body: "{}",
    ...more,
    headers: {
      "content-type": "application/json",
      ...(authorization === undefined ? {} : { authorization }),
      ...more.headers,
    },
  });
}

describe.each(serviceKinds)("with %s", (kind) => {
  async function open(
    script: Script,
    run: ServiceRoute["run"] = () => ({ name: "Ada" }),
    more: Partial<ServiceRoute> & { readonly trusted?: boolean } = {},
  ): Promise<{ readonly world: World; readonly url: string; readonly token: string }> {
    const world = new World(httpHarness(kind), false);
    world.load({ find_person: script });
    const { trusted = false, ...rest } = more;
    const service = await openService(
      kind,
      [{ tool: "find_person", parse: (args) => args, run, ...rest }],
      {
        enforcer: world.enforcer,
        ...(trusted
          ? { trustedProxies: { networks: ["127.0.0.0/8"], header: "x-forwarded-for" as const } }
          : {}),
      },
    );
    onTestFinished(async () => {
      await service.close();
      await world.close();
    });
    const { token } = world.keys.issue("ada", ["conformance:use"]);
    return { world, url: `${service.url}/find_person`, token };
  }

  test("a request without a key is told how to show one", async () => {
    const { url, world } = await open(() => allow());
    const response = await post(url);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="scopeward"');
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(world.policy.requests).toEqual([]);
  });

  test("keys that are malformed, unknown or wrong get the same answer", async () => {
    const { url, token } = await open(() => allow());
    const answers = await Promise.all(
      ["Bearer junk", "Bearer ", `Bearer ${token}x`, 'Bearer "a b"'].map(async (shown) => {
        const response = await post(url, shown);
        return [response.status, response.headers.get("www-authenticate"), await response.text()];
      }),
    );
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(answers[0]?.[0]).toBe(401);
  });

  test("two keys on the wire are refused, whichever of them is good", async () => {
    const { url, token } = await open(() => allow());
    for (const lines of [
      [`Authorization: Bearer ${token}`, "Authorization: Bearer junk"],
      ["authorization: Bearer junk", `AUTHORIZATION: Bearer ${token}`],
      ["Authorization: Basic YTpi", `Authorization: Bearer ${token}`],
    ]) {
      expect(await statusOnWire(url, lines)).toBe(400);
    }
    const inAddress = await post(`${url}?access_token=${token}`, `Bearer ${token}`);
    expect(inAddress.status).toBe(400);
    expect((await post(`${url}?access_token=${token}`)).status).toBe(401);
  });

  test("every method is protected", async () => {
    let runs = 0;
    const { url } = await open(
      () => allow(),
      () => ({ runs: ++runs }),
    );
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]) {
      const response = await fetch(url, { method });
      const isEmpty = (await response.text()) === "";
      expect([method, response.status, isEmpty]).toEqual([method, 401, method === "HEAD"]);
    }
    expect(runs).toBe(0);
  });

  test("a denial and a question to a person are problems that a program can read", async () => {
    const closed = await open(() => deny("notes_closed", "closed until Monday"));
    const denied = await post(closed.url, `Bearer ${closed.token}`);
    expect(denied.status).toBe(403);
    expect(await denied.json()).toMatchObject({ status: 403, codes: ["notes_closed"] });
    const asking = await open((request) => ask(request, "large"));
    const parked = (await (await post(asking.url, `Bearer ${asking.token}`)).json()) as object;
    expect(parked).toMatchObject({ codes: ["large"], approval: expect.any(String) as string });
  });

  test("a body that is no JSON is malformed, and leaves an entry or is refused by the framework", async () => {
    const { url, token } = await open(() => allow());
    const response = await post(url, `Bearer ${token}`, { body: "{" });
    expect([400, 500]).toContain(response.status);
  });

  test("a service that cannot be asked now says when to come back", async () => {
    const { url, token, world } = await open(() => allow());
    world.broken.audit = "crash";
    const response = await post(url, `Bearer ${token}`);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
  });

  test("whoever calls is at hand in the handler", async () => {
    const seen: unknown[] = [];
    const stage = await open(
      () => allow(),
      () => ({ id: seen.push(stage.world.enforcer.currentPrincipal()?.subject.id) }),
    );
    await post(stage.url, `Bearer ${stage.token}`);
    expect(seen).toEqual(["ada"]);
  });

  test("a response is redacted, with a length of its own", async () => {
    const { url, token } = await open(redact, () => ({ name: "Ada", email: "ada@example.org" }));
    const response = await post(url, `Bearer ${token}`);
    const text = await response.text();
    expect(text).toBe('{"name":"Ada"}');
    expect(response.headers.get("etag")).toBeNull();
    expect([null, String(text.length)]).toContain(response.headers.get("content-length"));
  });

  test("an error of the handler is what it was, and the log is told of it", async () => {
    const { url, token, world } = await open(
      () => allow(),
      () => {
        throw new RangeError("the notebook is full");
      },
    );
    const response = await post(url, `Bearer ${token}`);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("the notebook is full");
    expect(world.outcomes("find_person")).toEqual(["failed"]);
  });

  test("a client that leaves ends the call, and the log is told of it", async () => {
    const leaving = new AbortController();
    const { url, token, world } = await open(
      () => allow(),
      async () => {
        leaving.abort();
        await delay(200);
        return { name: "Ada" };
      },
    );
    await expect(post(url, `Bearer ${token}`, { signal: leaving.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
    for (let tries = 0; tries < 100 && world.outcomes("find_person").length === 0; tries++) {
      await delay(10);
    }
    // The handlers of the Fetch API are told by their request, and may have gone on.
    expect(["aborted", "succeeded"]).toContain(world.outcomes("find_person")[0]);
  });

  describe("for a scope or a feature", () => {
    const verifier = (
      answer: (principal: Principal) => Awaited<ReturnType<AccessVerifier["verifyAccess"]>>,
    ) => {
      const asked: unknown[] = [];
      const keys: AccessVerifier = {
        verifyAccess: async (token, required, options) => {
          asked.push([required, options]);
          const verification: Verification = await stage!.keys.verify(token);
          return verification.outcome === "verified"
            ? answer(verification.principal)
            : verification;
        },
      };
      return { asked, keys };
    };
    let stage: World | undefined;

    test.each([{ scope: "notes:read" }, { feature: "notes" }])(
      "of %j, the key is asked",
      async (required) => {
        const { asked, keys } = verifier((principal) => ({ outcome: "verified", principal }));
        const seen: unknown[] = [];
        const { url, token, world } = await open(
          () => allow(),
          () => ({ id: seen.push(world.enforcer.currentPrincipal()?.subject.id) }),
          { access: { keys, ...required }, trusted: true },
        );
        stage = world;
        const headers = { "x-forwarded-for": "198.51.100.7" };
        expect((await post(url, `Bearer ${token}`, { headers })).status).toBe(200);
        expect(asked).toEqual([[required, { address: "198.51.100.7" }]]);
        expect(seen).toEqual(["ada"]);
      },
    );

    test("that is missing, it is named", async () => {
      const { keys } = verifier(() => ({
        outcome: "rejected",
        code: "scope:missing",
        missingScope: "notes:read",
      }));
      const { url, token, world } = await open(() => allow(), undefined, {
        access: { keys, scope: "notes:read" },
      });
      stage = world;
      const response = await post(url, `Bearer ${token}`);
      expect(response.status).toBe(403);
      expect(response.headers.get("www-authenticate")).toContain('scope="notes:read"');
      expect((await post(url, "Bearer junk")).status).toBe(401);
    });

    test("a secret that is retiring says when it ends", async () => {
      const secretEndsAt = "2026-02-01T00:00:00.000Z";
      const { keys } = verifier((principal) => ({
        outcome: "verified",
        principal: { ...principal, secretEndsAt },
      }));
      const { url, token, world } = await open(() => allow(), undefined, {
        access: { keys, scope: "notes:read" },
      });
      stage = world;
      const response = await post(url, `Bearer ${token}`);
      expect(response.headers.get(secretEndsHeader)).toBe(secretEndsAt);
    });
  });
});

/** The status of a request with these lines, as no client writes them. */
async function statusOnWire(url: string, lines: readonly string[]): Promise<number> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = [`POST ${pathname} HTTP/1.1`, "Host: service", "Content-Type: application/json"];
  socket.write(
    [...head, "Content-Length: 2", "Connection: close", ...lines, "", "{}"].join("\r\n"),
  );
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return Number(/^HTTP\/1\.1 (?<status>\d+)/u.exec(text)?.groups?.["status"]);
}
