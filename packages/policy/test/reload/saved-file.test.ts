import {
  appendFile,
  copyFile,
  open,
  rename,
  rm,
  unlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PolicyFiles } from "@scopeward/sdk";
import { describe, expect, test } from "vitest";
import { temporaryFolder, until, watchFolder, writeFiles } from "./watched-folder.ts";

const file = "features/chatbot.rego";

// No event would tell before the test is over: whatever arrives, the watcher told.
const noPoll = { pollMs: 600_000 };

async function policyFolder(files: PolicyFiles = { [file]: "package first\n" }): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  return folder;
}

describe("a file that an editor saves is loaded once, whole", () => {
  const saves: Record<string, (path: string, text: string) => Promise<void>> = {
    "written in place": async (path, text) => {
      await writeFile(path, text);
    },
    "written beside and renamed over": async (path, text) => {
      await writeFile(`${path}.tmp.4711`, text);
      await rename(`${path}.tmp.4711`, path);
    },
    "written beside in a hidden file and renamed over": async (path, text) => {
      const beside = join(path, "..", ".goutputstream-X1");
      await writeFile(beside, text);
      await rename(beside, path);
    },
    "saved by vim: probe 4913, backup, write, backup removed": async (path, text) => {
      const probe = join(path, "..", "4913");
      await writeFile(probe, "");
      await unlink(probe);
      await rename(path, `${path}~`);
      await writeFile(path, text);
      await unlink(`${path}~`);
    },
    "saved by emacs: lock link, backup copy, write in place": async (path, text) => {
      await copyFile(path, `${path}~`);
      await writeFile(path, text);
    },
    "removed and written again": async (path, text) => {
      await rm(path);
      await writeFile(path, text);
    },
    "moved away and back with other content": async (path, text) => {
      await rename(path, `${path}.orig`);
      await writeFile(`${path}.orig`, text);
      await rename(`${path}.orig`, path);
    },
  };
  test.each(Object.entries(saves))("%s", async (_pattern, save) => {
    const folder = await policyFolder();
    const watching = await watchFolder(folder, { ...noPoll, settleMs: 200 });
    for (const text of ["package second\n", "package third, and longer\n"]) {
      await save(join(folder, file), text);
      expect(await watching.nextLoaded()).toEqual({ [file]: text });
    }
    expect(watching.heard).toHaveLength(2);
  });
});

describe("a file that is truncated and then written in two steps", () => {
  const half = "package second\n";
  const whole = `${half}deny := true\n`;

  test("is not loaded in between when the pause is shorter than the settling time", async () => {
    const folder = await policyFolder();
    const watching = await watchFolder(folder, { ...noPoll, settleMs: 400 });
    const handle = await open(join(folder, file), "w");
    await sleep(100);
    await handle.write(half);
    await sleep(100);
    await handle.write("deny := true\n");
    await handle.close();
    expect(await watching.nextLoaded()).toEqual({ [file]: whole });
    expect(watching.loads.begun).toBe(1);
  });

  test("is taken to be finished when the writer pauses for longer", async () => {
    const folder = await policyFolder();
    const watching = await watchFolder(folder, { ...noPoll, settleMs: 20 });
    await writeFile(join(folder, file), half);
    expect(await watching.nextLoaded()).toEqual({ [file]: half });
    await appendFile(join(folder, file), "deny := true\n");
    expect(await watching.nextLoaded()).toEqual({ [file]: whole });
  });
});

describe("what is not loaded", () => {
  const others: Record<string, (folder: string) => Promise<void>> = {
    "a touch that changes nothing": async (folder) => {
      await utimes(join(folder, file), new Date(), new Date(1_000_000));
    },
    "a save of the same text": async (folder) => {
      await writeFile(join(folder, file), "package first\n");
    },
    "an edit that is undone within the settling time": async (folder) => {
      await writeFile(join(folder, file), "package second\n");
      await writeFile(join(folder, file), "package first\n");
    },
    "swap, backup and probe files of editors": async (folder) => {
      for (const name of [".chatbot.rego.swp", "chatbot.rego~", "4913", "#chatbot.rego#"]) {
        await writeFile(join(folder, "features", name), "broken");
      }
    },
    "files that are no policy, and hidden folders": async (folder) => {
      await writeFiles(folder, {
        "README.md": "broken",
        "features/config.json": "broken",
        ".git/HEAD.rego": "broken",
        "node_modules/x/x.rego": "broken",
      });
    },
    "what the caller ignores": async (folder) => {
      await writeFiles(folder, { "drafts/x.rego": "broken" });
    },
  };
  test.each(Object.entries(others))("%s", async (_what, change) => {
    const folder = await policyFolder();
    const watching = await watchFolder(folder, { settleMs: 200, ignore: ["drafts"] });
    await change(folder);
    // The change that follows is the only one that anybody hears of.
    await sleep(100);
    await writeFile(join(folder, file), "package last\n");
    expect(await watching.nextLoaded()).toEqual({ [file]: "package last\n" });
    expect(watching.heard).toHaveLength(1);
    expect(watching.loads.begun).toBe(1);
  });
});

describe("a broken edit", () => {
  test("is refused once, and the last good text back again is told as a recovery", async () => {
    const folder = await policyFolder();
    const watching = await watchFolder(folder);
    await writeFile(join(folder, file), "broken");
    expect(await watching.nextCodes()).toEqual(["rego_parse_error"]);
    const readings = watching.reads();
    await utimes(join(folder, file), new Date(), new Date(1_000_000));
    await until(() => watching.reads() > readings, "the touched file was read");
    await writeFile(join(folder, file), "package first\n");
    expect(await watching.nextLoaded()).toEqual({ [file]: "package first\n" });
    expect(watching.loads.begun).toBe(2);
  });

  test("is told again when it is broken in another way", async () => {
    const folder = await policyFolder();
    const watching = await watchFolder(folder);
    await writeFile(join(folder, file), "broken");
    expect(await watching.nextCodes()).toEqual(["rego_parse_error"]);
    await writeFile(join(folder, file), "still broken");
    expect(await watching.nextCodes()).toEqual(["rego_parse_error"]);
  });

  test("that is no text, or too large, is refused by its file", async () => {
    const folder = await policyFolder();
    const watching = await watchFolder(folder);
    await writeFile(join(folder, file), new Uint8Array([0xff, 0xfe]));
    const event = await watching.next();
    expect(event).toMatchObject({ problems: [{ code: "file_unreadable", file }] });
    await writeFile(join(folder, file), "package second\n");
    expect(await watching.nextLoaded()).toEqual({ [file]: "package second\n" });
  });
});

describe("many changes", () => {
  test("200 files saved at once are one state", async () => {
    const folder = await policyFolder();
    const watching = await watchFolder(folder, { settleMs: 300 });
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [`features/f${n}/f${n}.rego`, `package f${n}\n`]),
    );
    await writeFiles(folder, files);
    await until(() => Object.keys(lastValue(watching.heard)).length === 201, "all were loaded");
    expect(watching.loads.atOnce).toBe(1);
    expect(watching.loads.begun).toBeLessThan(4);
  });

  test("a flood of 1,000 writes costs few loads, one at a time, and ends in the last text", async () => {
    const folder = await policyFolder();
    const watching = await watchFolder(folder, { loadMs: 30 });
    for (let n = 0; n < 1_000; n += 1) {
      await writeFile(join(folder, `features/f${n % 10}.rego`), `package p${n}\n`);
    }
    const last = "features/f9.rego";
    await until(() => lastValue(watching.heard)[last] === "package p999\n", "the last was loaded");
    expect(watching.loads.atOnce).toBe(1);
    expect(watching.loads.begun).toBeLessThan(100);
  });

  test("a change during a load is loaded after it, and the older one is not lost", async () => {
    const folder = await policyFolder();
    const watching = await watchFolder(folder, { loadMs: 300 });
    await writeFile(join(folder, file), "package second\n");
    await until(() => watching.loads.begun === 1, "the load began");
    await writeFile(join(folder, file), "package third\n");
    expect(await watching.nextLoaded()).toEqual({ [file]: "package second\n" });
    expect(await watching.nextLoaded()).toEqual({ [file]: "package third\n" });
    expect(watching.loads.atOnce).toBe(1);
  });

  test("content that never settles is told as a failure, and what it comes to as a recovery", async () => {
    const folder = await policyFolder();
    const watching = await watchFolder(folder, { settleMs: 100, unsettledMs: 300 });
    for (let n = 0; watching.heard.length === 0; n += 1) {
      await writeFile(join(folder, file), `package p${n}\n`);
      await sleep(5);
    }
    expect(await watching.nextCodes()).toEqual(["content_unsettled"]);
    expect(watching.loads.begun).toBe(0);
    await writeFile(join(folder, file), "package first\n");
    expect(await watching.nextLoaded()).toEqual({ [file]: "package first\n" });
  });
});

function lastValue(heard: readonly { readonly kind: string; readonly value?: PolicyFiles }[]) {
  return heard.at(-1)?.value ?? {};
}
