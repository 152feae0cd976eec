import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Secret } from "@scopeward/keys";
import { expect, test } from "vitest";
import { InvalidInput } from "../../src/cli/invalid-input.ts";
import { openTokenSink } from "../../src/cli/token-sink.ts";
import type { TokenOptions, TokenSink } from "../../src/cli/token-sink.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const token = new Secret("the secret");

async function sinkOf(options: TokenOptions): Promise<TokenSink> {
  const sink = await openTokenSink(options);
  if (sink === undefined) throw new Error("there is a sink for these options");
  return sink;
}

test("without an option the answer carries the token", async () => {
  expect(await openTokenSink({})).toBeUndefined();
});

test("a file holds the token and nothing else, and only its owner may read it", async () => {
  const tokenFile = join(await temporaryFolder(), "token");
  const sink = await sinkOf({ tokenFile });
  expect(await sink.deliver(token)).toEqual({ kind: "delivered" });
  await sink.close();
  expect(await readFile(tokenFile, "utf8")).toBe("the secret");
  expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
});

test("nothing is left of a file whose token never came", async () => {
  const folder = await temporaryFolder();
  const sink = await sinkOf({ tokenFile: join(folder, "token") });
  await sink.close();
  expect(await readdir(folder)).toEqual([]);
});

test("a file that is there is refused and left alone", async () => {
  const tokenFile = join(await temporaryFolder({ token: "mine" }), "token");
  await expect(openTokenSink({ tokenFile })).rejects.toThrow(InvalidInput);
  expect(await readFile(tokenFile, "utf8")).toBe("mine");
});

test("a link is not followed, not even to where nothing is", async () => {
  const folder = await temporaryFolder();
  await symlink(join(folder, "elsewhere"), join(folder, "token"));
  await expect(openTokenSink({ tokenFile: join(folder, "token") })).rejects.toThrow(InvalidInput);
  expect(await readdir(folder)).toEqual(["token"]);
});

test("a folder that is not there is refused before there is a token", async () => {
  const tokenFile = join(await temporaryFolder(), "none", "token");
  await expect(openTokenSink({ tokenFile })).rejects.toThrow(InvalidInput);
});

test("a command reads the token from its standard input", async () => {
  const file = join(await temporaryFolder(), "token");
  const sink = await sinkOf({ tokenTo: `cat > '${file}'` });
  expect(await sink.deliver(token)).toEqual({ kind: "delivered" });
  await sink.close();
  expect(await readFile(file, "utf8")).toBe("the secret");
});

test.for([
  ["exit 7", "it ended with 7"],
  ["kill -9 $$", "it was ended by SIGKILL"],
  ["scopeward-no-such-command 2>/dev/null", "it ended with 127"],
] as const)("of a command that fails (`%s`) the reason is told", async ([tokenTo, reason]) => {
  const sink = await sinkOf({ tokenTo });
  const delivery = await sink.deliver(token);
  // Which of the two comes first, the end or the pipe that closes, is the machine's choice.
  expect(delivery.kind).toBe("failed");
  expect([reason, "it did not read its standard input"]).toContain(
    delivery.kind === "failed" ? delivery.reason : "",
  );
});

test("an empty command is refused", async () => {
  await expect(openTokenSink({ tokenTo: " " })).rejects.toThrow(InvalidInput);
});

test("a file whose folder is gone by then is a failure, and not the answer", async () => {
  const folder = join(await temporaryFolder(), "below");
  await mkdir(folder);
  await writeFile(join(folder, "other"), "");
  const sink = await sinkOf({ tokenFile: join(folder, "token") });
  await rename(folder, `${folder}-moved`);
  expect(await sink.deliver(token)).toMatchObject({ kind: "failed" });
  await sink.close();
});
