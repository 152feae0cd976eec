import { createHash, generateKeyPairSync } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jsonOf, scopeward } from "../../command-line.ts";
import { projectFolder, temporaryFolder, writeFiles } from "../../temporary-folder.ts";

interface Built {
  readonly file: string;
  readonly revision: string;
  readonly bytes: number;
  readonly files: Readonly<Record<string, number>>;
}

async function digest(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

test("writes the bundle and prints revision and sizes", async () => {
  const cwd = await projectFolder();
  const { code, stdout, stderr } = await scopeward(["build", "-o", "out.tar.gz"], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^revision +sha256:[0-9a-f]{64}$/mu);
  expect(stdout).toMatch(/^ +policy\.wasm +\d+\.\d kB$/mu);
  expect(await readdir(cwd)).toContain("out.tar.gz");
});

test("`--json` tells file, revision and sizes; no test enters the bundle", async () => {
  const cwd = await projectFolder();
  const built = jsonOf(await scopeward(["build", "--json"], { cwd })) as Built;
  expect(built.file).toBe("bundle.tar.gz");
  expect(built.revision).toMatch(/^sha256:[0-9a-f]{64}$/u);
  expect(built.bytes).toBe((await readFile(join(cwd, "bundle.tar.gz"))).byteLength);
  expect(Object.keys(built.files)).toContain("policy.wasm");
  expect(Object.keys(built.files)).toContain("features/notes.rego");
  expect(Object.keys(built.files).filter((file) => file.includes("_test"))).toEqual([]);
});

test("the same sources give the same bytes, wherever they are", async () => {
  const [one, other] = [await projectFolder(), await projectFolder()];
  await scopeward(["build"], { cwd: one });
  await scopeward(["build", join(other, "policies")], { cwd: other });
  expect(await digest(join(one, "bundle.tar.gz"))).toBe(await digest(join(other, "bundle.tar.gz")));
});

test("policies that do not build leave the file that was there", async () => {
  const cwd = await projectFolder({
    "policies/features/broken.rego": "package features.broken\n{",
    "bundle.tar.gz": "the last good one",
  });
  const { code, stdout, stderr } = await scopeward(["build"], { cwd });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("policies/features/broken.rego:2:1");
  expect(await readFile(join(cwd, "bundle.tar.gz"), "utf8")).toBe("the last good one");
  expect((await readdir(cwd)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("a signed bundle has the same revision and more bytes", async () => {
  const cwd = await projectFolder();
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  await writeFiles(cwd, { "key.pem": key });
  const plain = jsonOf(await scopeward(["build", "--json", "-o", "plain"], { cwd })) as Built;
  const args = ["build", "--json", "-o", "signed", "--signing-key", "key.pem", "--sequence", "7"];
  const signed = jsonOf(await scopeward(args, { cwd })) as Built;
  expect(signed.revision).toBe(plain.revision);
  expect(Object.keys(signed.files)).toContain(".signatures.json");
});

test("a signing key that is none is invalid input, and its text is not shown", async () => {
  const cwd = await projectFolder({ "key.pem": "s3cret nonsense" });
  const { code, stderr } = await scopeward(["build", "--signing-key", "key.pem"], { cwd });
  expect(code).toBe(3);
  expect(stderr).toContain("key.pem");
  expect(stderr).not.toContain("s3cret");
});

test("a place that cannot be written is invalid input", async () => {
  const cwd = await projectFolder();
  const { code, stderr } = await scopeward(["build", "-o", "no/such/folder/b"], { cwd });
  expect(code).toBe(3);
  expect(stderr).toContain("no/such/folder/b");
  expect(stderr).not.toContain(".tmp");
});

test.for(["-", "."])("`-o %s` names no file: invalid input", async (name) => {
  const cwd = await projectFolder();
  const { code, stdout, stderr } = await scopeward(["build", "-o", name], { cwd });
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toContain("-o");
});

test("a folder without Rego builds nothing", async () => {
  const cwd = await temporaryFolder({ "policies/data.json": "{}" });
  expect((await scopeward(["build"], { cwd })).code).toBe(3);
});
