import { generateKeyPairSync } from "node:crypto";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Decision } from "@scopeward/core";
import type { BundleReading, BundleSource } from "@scopeward/sdk";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { templateFiles } from "../src/cli/template-files.ts";
import type { Configuration } from "../src/configuration.ts";
import { openScopeward } from "../src/open-scopeward.ts";
import { ScopewardError } from "../src/scopeward-error.ts";
import type { Ward, WardEvents } from "../src/ward.ts";
import { scopeward } from "./command-line.ts";
import { allowedRequest, temporaryFolder, writeFiles } from "./temporary-folder.ts";

const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
const foreign = generateKeyPairSync("ec", { namedCurve: "P-256" });
const verify = { key: own.publicKey.export({ type: "spki", format: "pem" }).toString() };
const closed = '\ndeny contains {"code": "closed"} if input.phase == "call"\n';

/** The project's policies, then closed by us, then closed once more by somebody else. */
const bundles: Record<"open" | "closed" | "foreign", Uint8Array> = {
  open: new Uint8Array(),
  closed: new Uint8Array(),
  foreign: new Uint8Array(),
};

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "scopeward-"));
  const options = { configuration: "scopeward.config.mts", workflow: false, version: "0.0.0" };
  await writeFiles(folder, templateFiles(options));
  const build = async (signer: typeof own, sequence: string): Promise<Uint8Array> => {
    const pem = signer.privateKey.export({ type: "pkcs8", format: "pem" });
    await writeFile(join(folder, "key.pem"), pem);
    const args = ["build", "--signing-key", "key.pem", "--sequence", sequence];
    const { code, stderr } = await scopeward(args, { cwd: folder });
    if (code !== 0) throw new Error(stderr);
    return await readFile(join(folder, "bundle.tar.gz"));
  };
  bundles.open = await build(own, "1");
  await appendFile(join(folder, "policies/features/notes.rego"), closed);
  bundles.closed = await build(own, "2");
  bundles.foreign = await build(foreign, "3");
  await rm(folder, { recursive: true });
}, 120_000);

/** A source that answers as it is told. */
class Shelf implements BundleSource {
  readonly name = "the shelf of the test";
  readonly pollMs = 20;
  readonly deadlineMs = 200;
  answer: () => unknown;

  constructor(answer: () => unknown) {
    this.answer = answer;
  }

  read(): Promise<BundleReading> {
    return this.answer() as Promise<BundleReading>;
  }
}

function holding(name: keyof typeof bundles): () => BundleReading {
  return () => ({ kind: "read", bytes: bundles[name] });
}

async function opened(configuration: Configuration): Promise<Ward> {
  const ward = await openScopeward(configuration);
  onTestFinished(async () => await ward.close());
  return ward;
}

async function faultOf(configuration: Configuration): Promise<ScopewardError> {
  try {
    await opened(configuration);
  } catch (error) {
    if (ScopewardError.is(error)) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

async function next<E extends keyof WardEvents>(ward: Ward, event: E): Promise<WardEvents[E]> {
  return await new Promise((resolve) => {
    const off = ward.on(event, (detail) => {
      off();
      resolve(detail);
    });
  });
}

function codes({ reasons }: Decision): string[] {
  return reasons.map(({ code }) => code);
}

const hang = (): Promise<never> => new Promise(() => undefined);
const away = (): BundleReading => ({ kind: "unavailable", reason: "it is empty" });
const large = Buffer.alloc(128 * 1024 * 1024 + 1);

const useless: readonly (readonly [string, () => unknown])[] = [
  ["is away", away],
  ["hangs", hang],
  ["throws", () => JSON.parse("{")],
  ["rejects", async () => await Promise.reject(new Error("s3cret"))],
  ["answers garbage", () => ({ kind: "read", bytes: "s3cret" })],
  ["answers with nothing", () => undefined],
  ["gives more bytes than a bundle may have", () => ({ kind: "read", bytes: large })],
];

const refused: readonly (readonly [string, () => unknown])[] = [
  ["gives bytes that are no bundle", () => ({ kind: "read", bytes: Buffer.from("s3cret") })],
  ["gives half a bundle", () => ({ kind: "read", bytes: bundles.closed.subarray(0, 500) })],
  ["gives nothing at all", () => ({ kind: "read", bytes: new Uint8Array() })],
  ["gives the bundle of another signer", holding("foreign")],
];

test("the policies of a source decide, under the revision of their content", async () => {
  const folder = await temporaryFolder({});
  await writeFile(join(folder, "bundle.tar.gz"), bundles.open);
  const [fromSource, fromFile] = [
    await opened({ policies: new Shelf(holding("open")), verify }),
    await opened({ policies: join(folder, "bundle.tar.gz"), verify }),
  ];
  expect(fromSource.decide(allowedRequest).effect).toBe("allow");
  expect(fromSource.revision).toBe(fromFile.revision);
});

test.for(useless)("a source that %s at the start is policies_unreadable", async ([, answer]) => {
  const error = await faultOf({ policies: new Shelf(answer), verify, watch: true });
  expect(error.code).toBe("policies_unreadable");
  expect(error.problems.map(({ code }) => code)).toEqual(["bundle_unavailable"]);
  expect(error.message).toContain("the shelf of the test");
  expect(error.message).not.toContain("s3cret");
});

test.for(refused)("a source that %s at the start is bundle_refused", async ([, answer]) => {
  const error = await faultOf({ policies: new Shelf(answer), verify, watch: true });
  expect(error.code).toBe("bundle_refused");
  expect(error.message).not.toContain("s3cret");
});

describe("while it is watched", () => {
  test("what a source has next decides next", async () => {
    const shelf = new Shelf(holding("open"));
    const ward = await opened({ policies: shelf, verify, watch: true });
    const reload = next(ward, "reload");
    shelf.answer = holding("closed");
    expect((await reload).revision).toBe(ward.revision);
    expect(codes(ward.decide(allowedRequest))).toEqual(["closed"]);
  });

  test.for([...useless, ...refused])(
    "a source that %s leaves the last good bundle, until it has another",
    async ([, answer]) => {
      const shelf = new Shelf(holding("open"));
      const ward = await opened({ policies: shelf, verify, watch: true });
      const { revision } = ward;
      const failed = next(ward, "reload-failed");
      shelf.answer = answer;
      expect((await failed).problems).not.toEqual([]);
      expect(ward.revision).toBe(revision);
      expect(ward.decide(allowedRequest).effect).toBe("allow");
      const reload = next(ward, "reload");
      shelf.answer = holding("closed");
      await reload;
      expect(codes(ward.decide(allowedRequest))).toEqual(["closed"]);
    },
  );

  test("an older bundle of the same signer is refused where the state is kept", async () => {
    const state = await temporaryFolder();
    const shelf = new Shelf(holding("closed"));
    const ward = await opened({ policies: shelf, verify, state, watch: true });
    const failed = next(ward, "reload-failed");
    shelf.answer = holding("open");
    expect((await failed).problems).toMatchObject([{ code: "sequence_too_old" }]);
    expect(codes(ward.decide(allowedRequest))).toEqual(["closed"]);
  });

  test("close does not wait for a source that hangs, and asks it nothing more", async () => {
    const shelf = new Shelf(holding("open"));
    const ward = await opened({ policies: shelf, verify, watch: true });
    const asked = Promise.withResolvers<void>();
    let count = 0;
    shelf.answer = () => {
      count += 1;
      asked.resolve();
      return hang();
    };
    await asked.promise;
    await ward.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(count).toBe(1);
  });
});

test("without watch a source is read once", async () => {
  const shelf = new Shelf(holding("open"));
  await opened({ policies: shelf, verify });
  let count = 0;
  shelf.answer = () => (count += 1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(count).toBe(0);
});

describe("a command where the configuration names a source", () => {
  const configuration = `
export default {
  policies: { name: "the shelf", read: async () => ({ kind: "unavailable", reason: "it is empty" }) },
};
`;

  test("that needs a path says so in one line", async () => {
    const folder = await temporaryFolder({ "scopeward.config.mjs": configuration });
    const run = await scopeward(["inspect"], { cwd: folder });
    expect(run.code).toBe(3);
    expect(run.stderr.trim().split("\n")).toHaveLength(1);
    expect(run.stderr).toContain("bundle source");
  });

  test("works on the folder of policies, which the bundle is built from", async () => {
    const options = { configuration: "unused.mts", workflow: false, version: "0.0.0" };
    const files = { ...templateFiles(options), "scopeward.config.mjs": configuration };
    const folder = await temporaryFolder(files);
    expect((await scopeward(["check"], { cwd: folder })).code).toBe(0);
    expect((await scopeward(["inspect", "policies"], { cwd: folder })).code).toBe(0);
  });
});
