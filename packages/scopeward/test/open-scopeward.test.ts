import { appendFile, copyFile, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AccessRequest, Decision } from "@scopeward/core";
import { defineBuiltin, definePlugin, type } from "@scopeward/sdk";
import type { Plugin } from "@scopeward/sdk";
import { describe, expect, onTestFinished, test } from "vitest";
import { openScopeward } from "../src/open-scopeward.ts";
import { ScopewardError } from "../src/scopeward-error.ts";
import type { Configuration } from "../src/configuration.ts";
import type { Ward, WardEvents } from "../src/ward.ts";
import { scopeward } from "./command-line.ts";
import { allowedRequest, projectFolder, temporaryFolder } from "./temporary-folder.ts";

const request: AccessRequest = allowedRequest;
const closed = `
deny contains {"code": "closed"} if input.phase == "call"
`;

async function opened(configuration: Configuration | string): Promise<Ward> {
  const ward = await openScopeward(configuration);
  onTestFinished(async () => await ward.close());
  return ward;
}

async function faultOf(work: Promise<unknown>): Promise<ScopewardError> {
  try {
    await work;
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

function riskPlugin(evaluate: (words: string) => number): Plugin {
  const risk = { name: "acme.risk", args: [type.string], result: type.number, evaluate } as const;
  return definePlugin({ name: "acme", builtins: [defineBuiltin(risk)] });
}

function codes({ reasons }: Decision): string[] {
  return reasons.map(({ code }) => code);
}

describe("a ward on a folder", () => {
  test("decides, and tells revision and catalogue", async () => {
    const folder = await projectFolder();
    const ward = await opened({ policies: join(folder, "policies") });
    expect(ward.decide(request)).toEqual({ effect: "allow", reasons: [], obligations: [] });
    expect(ward.revision).toMatch(/^sha256:[0-9a-f]{64}$/u);
    expect(Object.keys(ward.catalogue.features)).toEqual(["notes"]);
  });

  test("a missing scope is named in camel case", async () => {
    const folder = await projectFolder();
    const ward = await opened({ policies: join(folder, "policies") });
    const decision = ward.decide({ ...request, key: { ...request.key, scopes: [] } });
    expect(codes(decision)).toEqual(["scope:missing"]);
    expect(decision.missingScopes).toEqual(["notes:read"]);
  });

  test("nothing in a request makes decide throw", async () => {
    const folder = await projectFolder();
    const ward = await opened({ policies: join(folder, "policies") });
    const cyclic: Record<string, unknown> = { ...request };
    cyclic["args"] = cyclic;
    const thrower = Object.defineProperty({ ...request }, "args", {
      enumerable: true,
      get: () => {
        throw new Error("boom");
      },
    });
    for (const hostile of [undefined, null, 1n, Symbol("x"), cyclic, thrower, new Proxy({}, {})]) {
      expect(codes(ward.decide(hostile as AccessRequest))).toEqual(["engine:input_invalid"]);
    }
  });

  test("after close every decision is engine:no_bundle, and close may be called again", async () => {
    const folder = await projectFolder();
    const ward = await opened({ policies: join(folder, "policies") });
    const closing = ward.close();
    expect(codes(ward.decide(request))).toEqual(["engine:no_bundle"]);
    await closing;
    await ward.close();
    expect(codes(ward.decide(request))).toEqual(["engine:no_bundle"]);
  });
});

describe("policies that cannot be opened", () => {
  test("that do not build reject with all problems and their places", async () => {
    const folder = await projectFolder({
      "policies/features/a.rego": "package features.a\n{",
      "policies/features/b.rego": "package features.b\n{",
    });
    const error = await faultOf(openScopeward({ policies: join(folder, "policies") }));
    expect(error.code).toBe("policies_invalid");
    expect(error.problems.map(({ file, row }) => `${file}:${row}`)).toEqual([
      "features/a.rego:2",
      "features/b.rego:2",
    ]);
    expect(error.message).toContain("features/b.rego:2:1");
  });

  test("that are not there are unreadable", async () => {
    const folder = await temporaryFolder();
    expect((await faultOf(openScopeward({ policies: join(folder, "no") }))).code).toBe(
      "policies_unreadable",
    );
  });

  test("a file that is no bundle is refused", async () => {
    const folder = await temporaryFolder({ "b.tar.gz": "hello" });
    expect((await faultOf(openScopeward({ policies: join(folder, "b.tar.gz") }))).code).toBe(
      "bundle_refused",
    );
  });

  test("a folder cannot be verified: only bundles are signed", async () => {
    const folder = await projectFolder({ "key.pem": "x" });
    const configuration = {
      policies: join(folder, "policies"),
      verify: { keyFile: join(folder, "key.pem") },
    };
    const error = await faultOf(openScopeward(configuration));
    expect(error.code).toBe("configuration_invalid");
    expect(error.message).toContain("verify");
  });

  test("a member that is unknown is refused before anything is read", async () => {
    const error = await faultOf(openScopeward({ polices: "x" } as Configuration));
    expect(error.code).toBe("configuration_invalid");
  });
});

describe("a ward on a bundle", () => {
  test("decides as the folder does, with the same revision", async () => {
    const folder = await projectFolder();
    expect((await scopeward(["build"], { cwd: folder })).code).toBe(0);
    const bundle = await opened({ policies: join(folder, "bundle.tar.gz") });
    const source = await opened({ policies: join(folder, "policies") });
    expect(bundle.revision).toBe(source.revision);
    expect(bundle.decide(request)).toEqual(source.decide(request));
    expect(bundle.catalogue).toEqual(source.catalogue);
  });

  test("a bundle that is replaced decides at once, one that is damaged changes nothing", async () => {
    const folder = await projectFolder();
    await scopeward(["build"], { cwd: folder });
    const file = join(folder, "bundle.tar.gz");
    const ward = await opened({ policies: file, watch: true });
    const reload = next(ward, "reload");
    await appendFile(join(folder, "policies/features/notes.rego"), closed);
    await scopeward(["build"], { cwd: folder });
    expect((await reload).revision).toBe(ward.revision);
    expect(codes(ward.decide(request))).toEqual(["closed"]);
    const failed = next(ward, "reload-failed");
    const { revision } = ward;
    await writeFile(`${file}.new`, (await readFile(file)).subarray(0, 100));
    await rename(`${file}.new`, file);
    expect((await failed).problems).not.toEqual([]);
    expect(ward.revision).toBe(revision);
    expect(codes(ward.decide(request))).toEqual(["closed"]);
  });
});

describe("watching a folder", () => {
  test("an edit decides, a broken edit changes nothing, a mended one decides again", async () => {
    const folder = await projectFolder();
    const policies = join(folder, "policies");
    const file = join(policies, "features/notes.rego");
    const ward = await opened({ policies, watch: true });
    await copyFile(file, join(folder, "notes.rego"));

    const reload = next(ward, "reload");
    await appendFile(file, closed);
    const { revision, milliseconds } = await reload;
    expect(ward.revision).toBe(revision);
    expect(milliseconds).toBeGreaterThan(0);
    expect(codes(ward.decide(request))).toEqual(["closed"]);

    const failed = next(ward, "reload-failed");
    await appendFile(file, "\ndeny contains {");
    const { problems } = await failed;
    expect(problems[0]).toMatchObject({ severity: "error", file: "features/notes.rego" });
    expect(ward.revision).toBe(revision);
    expect(codes(ward.decide(request))).toEqual(["closed"]);

    const mended = next(ward, "reload");
    await copyFile(join(folder, "notes.rego"), file);
    await mended;
    expect(ward.decide(request).effect).toBe("allow");
  });

  test("without watch an edit is not seen", async () => {
    const folder = await projectFolder();
    const ward = await opened({ policies: join(folder, "policies") });
    await appendFile(join(folder, "policies/features/notes.rego"), closed);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(ward.decide(request).effect).toBe("allow");
  });

  test("no listener is called after close, nor once it is taken off", async () => {
    const folder = await projectFolder();
    const ward = await opened({ policies: join(folder, "policies"), watch: true });
    let calls = 0;
    const off = ward.on("reload", () => (calls += 1));
    off();
    ward.on("reload", () => (calls += 1));
    await appendFile(join(folder, "policies/features/notes.rego"), closed);
    await ward.close();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(calls).toBe(0);
  });
});

describe("a ward from a configuration file", () => {
  test("paths start at its folder; its plugins are at hand", async () => {
    const folder = await projectFolder({
      "scopeward.config.mjs": 'export default { policies: "policies" };',
    });
    const ward = await opened(join(folder, "scopeward.config.mjs"));
    expect(ward.decide(request).effect).toBe("allow");
  });
});

describe("plugins", () => {
  const rule = `
deny contains {"code": "risky"} if acme.risk(input.args.words) > 5
`;
  test("a builtin of a plugin is called", async () => {
    const folder = await projectFolder();
    await appendFile(join(folder, "policies/features/notes.rego"), rule);
    const policies = join(folder, "policies");
    const ward = await opened({ policies, plugins: [riskPlugin((words) => words.length)] });
    expect(codes(ward.decide(request))).toEqual(["risky"]);
    const short = { ...request, args: { words: "a" } };
    expect(ward.decide(short).effect).toBe("allow");
  });

  test("one that throws denies with engine:builtin_failed", async () => {
    const folder = await projectFolder();
    await appendFile(join(folder, "policies/features/notes.rego"), rule);
    const plugins = [
      riskPlugin(() => {
        throw new Error("boom");
      }),
    ];
    const ward = await opened({ policies: join(folder, "policies"), plugins });
    expect(codes(ward.decide(request))).toEqual(["engine:builtin_failed"]);
  });

  test("without the plugin the policies do not build", async () => {
    const folder = await projectFolder();
    await appendFile(join(folder, "policies/features/notes.rego"), rule);
    const error = await faultOf(openScopeward({ policies: join(folder, "policies") }));
    expect(error.problems).toMatchObject([
      { code: "rego_type_error", file: "features/notes.rego" },
    ]);
  });
});
