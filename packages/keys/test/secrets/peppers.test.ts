import { createHmac, hkdfSync } from "node:crypto";
import { inspect } from "node:util";
import type { SecretProvider, SecretSet } from "@scopeward/sdk";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { KeysError } from "../../src/keys-error.ts";
import { openPeppers, type Peppers } from "../../src/secrets/peppers.ts";
import { ManualClock } from "../manual-clock.ts";

const one = Buffer.alloc(32, 1);
const two = Buffer.alloc(32, 2);

/** A provider that can be changed, counts how often it is read, and fails as long as it holds nothing. */
class Provider implements SecretProvider {
  readonly place = "the test";
  reads = 0;
  set: SecretSet | undefined;
  readonly clock = new ManualClock();

  constructor(set?: SecretSet) {
    this.set = set;
  }

  async read(): Promise<SecretSet> {
    this.reads++;
    await Promise.resolve();
    if (this.set === undefined) throw new Error("the test holds nothing");
    return this.set;
  }

  open(): Peppers {
    return openPeppers(this, this.clock);
  }
}

function setOf(...versions: readonly (readonly [string, Uint8Array])[]): SecretSet {
  return { current: versions[0]![0], versions: new Map(versions) };
}

function mac(key: Buffer): string {
  return createHmac("sha256", key).update("text").digest("base64url");
}

function derived(info: string): Buffer {
  return Buffer.from(hkdfSync("sha256", one, "", info, 32));
}

async function unanswered(): Promise<SecretSet> {
  return new Promise(() => undefined);
}

async function codeOf(action: () => Promise<unknown>): Promise<string> {
  const outcome: unknown = await action().catch((error: unknown) => error);
  return KeysError.is(outcome) ? outcome.code : "none";
}

describe("a pepper", () => {
  it("takes digests with itself, and seals and fingerprints with keys derived from it", async () => {
    const pepper = await new Provider(setOf(["p_1", one])).open().current();
    expect(pepper.id).toBe("p_1");
    expect(pepper.digest("text")).toEqual(mac(one));
    // Once written, records and idempotency keys depend on these texts.
    const seal = mac(derived("scopeward keys: seal of a record, 1"));
    expect(pepper.seal("text")).toEqual(seal);
    const fingerprint = mac(derived("scopeward keys: fingerprint of a request, 1"));
    expect(pepper.fingerprint("text")).toBe(fingerprint);
  });

  it("does not show its bytes", async () => {
    const pepper = await new Provider(setOf(["p_1", Buffer.alloc(32, "pepper")])).open().current();
    const shown = inspect(pepper, { depth: 9, showHidden: true }) + JSON.stringify(pepper);
    expect(shown).not.toMatch(/pepperpepper|70 65 70|706570/u);
  });

  it("is a copy: bytes that are wiped later change nothing", async () => {
    const bytes = Buffer.from(one);
    const pepper = await new Provider(setOf(["p_1", bytes])).open().current();
    const digest = pepper.digest("text");
    bytes.fill(0);
    expect(pepper.digest("text")).toEqual(digest);
  });
});

describe("the current pepper", () => {
  it("is read once, by however many ask", async () => {
    const provider = new Provider(setOf(["p_1", one]));
    const peppers = provider.open();
    expect(provider.reads).toBe(0);
    await Promise.all(Array.from({ length: 20 }, () => peppers.current()));
    await peppers.current();
    expect(provider.reads).toBe(1);
  });

  it("is unavailable until the provider has one", async () => {
    const provider = new Provider();
    const peppers = provider.open();
    expect(await codeOf(() => peppers.current())).toBe("pepper_unavailable");
    expect(await codeOf(() => peppers.reread())).toBe("pepper_unavailable");
    provider.set = setOf(["p_1", one]);
    expect((await peppers.current()).id).toBe("p_1");
  });

  it("is not known for a reason that can be told", async () => {
    const provider = new Provider();
    const peppers = provider.open();
    await peppers.find("p_1");
    expect(peppers.whyUnknown("p_1")).toContain("the test holds nothing");
    provider.set = setOf(["p_2", two]);
    await peppers.reread();
    expect(peppers.whyUnknown("p_1")).toMatch(/the test lacks the version `p_1`/u);
  });

  it("is the new one a minute after it was added elsewhere", async () => {
    const provider = new Provider(setOf(["p_1", one]));
    const peppers = provider.open();
    await peppers.current();
    provider.set = setOf(["p_2", two], ["p_1", one]);
    provider.clock.pass(59_999);
    expect((await peppers.current()).id).toBe("p_1");
    provider.clock.pass(1);
    expect((await peppers.current()).id).toBe("p_2");
    expect(provider.reads).toBe(2);
  });

  it("is the new one at once after a forced reading", async () => {
    const provider = new Provider(setOf(["p_1", one]));
    const peppers = provider.open();
    await peppers.current();
    provider.set = setOf(["p_2", two], ["p_1", one]);
    await peppers.reread();
    expect((await peppers.current()).id).toBe("p_2");
  });

  it("goes on when a later reading fails, and is asked for once a minute then", async () => {
    const provider = new Provider(setOf(["p_1", one]));
    const peppers = provider.open();
    await peppers.current();
    provider.set = undefined;
    provider.clock.pass(60_000);
    for (let count = 0; count < 5; count++) expect((await peppers.current()).id).toBe("p_1");
    expect(await codeOf(() => peppers.reread())).toBe("pepper_unavailable");
    expect(peppers.known("p_1")?.id).toBe("p_1");
    expect(provider.reads).toBe(3);
  });

  it.each<[string, unknown]>([
    ["nothing", null],
    ["no versions", { current: "p_1" }],
    ["versions in an object", { current: "p_1", versions: { p_1: one } }],
    ["an empty set", { current: "p_1", versions: new Map() }],
    ["a current one that is not there", { current: "p_2", versions: new Map([["p_1", one]]) }],
    ["31 bytes", setOf(["p_1", one.subarray(1)])],
    ["a text for bytes", setOf(["p_1", "a".repeat(64) as unknown as Uint8Array])],
    ["too few bytes in an old one", setOf(["p_1", one], ["p_2", new Uint8Array(0)])],
    ["an empty id", setOf(["", one])],
    ["an id with a space", setOf(["p 1", one])],
    ["an id that is too long", setOf(["p".repeat(33), one])],
    ["an id that is no text", setOf([1 as unknown as string, one])],
  ])("is unavailable when the provider gives %s", async (_, set) => {
    const peppers = new Provider(set as SecretSet).open();
    expect(await codeOf(() => peppers.current())).toBe("pepper_unavailable");
    expect(peppers.known("p_1")).toBe(undefined);
    expect(await peppers.find("p_1")).toBe(undefined);
  });

  it("is unavailable when the provider throws at once, or something that is no error", async () => {
    for (const thrown of [new TypeError("no"), "no", undefined]) {
      const read = (): Promise<SecretSet> => {
        // oxlint-disable-next-line typescript/only-throw-error -- a provider may be anybody's.
        throw thrown;
      };
      const peppers = openPeppers({ place: "the test", read });
      expect(await codeOf(() => peppers.current())).toBe("pepper_unavailable");
    }
  });

  it("is unavailable when the provider does not answer within five seconds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const peppers = openPeppers({ place: "the test", read: unanswered });
    let code = "none yet";
    const asked = codeOf(() => peppers.current()).then((found) => (code = found));
    await vi.advanceTimersByTimeAsync(4_999);
    expect(code).toBe("none yet");
    await vi.advanceTimersByTimeAsync(1);
    await asked;
    expect(code).toBe("pepper_unavailable");
  });
});

describe("a pepper by its id", () => {
  it("is known after the first reading, and not before", async () => {
    const peppers = new Provider(setOf(["p_1", one], ["p_2", two])).open();
    expect(peppers.known("p_1")).toBe(undefined);
    expect((await peppers.find("p_2"))?.id).toBe("p_2");
    expect(peppers.known("p_1")?.id).toBe("p_1");
  });

  it("is found when it was added elsewhere", async () => {
    const provider = new Provider(setOf(["p_1", one]));
    const peppers = provider.open();
    await peppers.current();
    provider.set = setOf(["p_2", two], ["p_1", one]);
    provider.clock.pass(1_000);
    expect((await peppers.find("p_2"))?.id).toBe("p_2");
  });

  it("is looked for once a second, however often records name one that is not there", async () => {
    const provider = new Provider(setOf(["p_1", one]));
    const peppers = provider.open();
    await peppers.current();
    for (let tenth = 0; tenth < 30; tenth++) {
      await Promise.all([peppers.find("p_9"), peppers.find("__proto__")]);
      provider.clock.pass(100);
    }
    expect(provider.reads).toBe(3);
  });

  it("is found by those who ask while it is being read", async () => {
    const peppers = new Provider(setOf(["p_1", one])).open();
    const found = await Promise.all(Array.from({ length: 5 }, () => peppers.find("p_1")));
    expect(found.map((pepper) => pepper?.id)).toEqual(Array(5).fill("p_1"));
  });

  it("is gone when the provider has it no longer", async () => {
    const provider = new Provider(setOf(["p_2", two], ["p_1", one]));
    const peppers = provider.open();
    await peppers.current();
    provider.set = setOf(["p_2", two]);
    await peppers.reread();
    expect(peppers.known("p_1")).toBe(undefined);
  });

  it("is undefined, without a rejection, when nothing can be read", async () => {
    expect(await new Provider().open().find("p_1")).toBe(undefined);
  });
});
