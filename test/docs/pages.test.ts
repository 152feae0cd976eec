import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Problem } from "@scopeward/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../architecture/repository.ts";
import { codeBlocks } from "./code-block.ts";
import type { CodeBlock } from "./code-block.ts";

const docs = join(repositoryRoot, "docs");
const entry = join(repositoryRoot, "packages/scopeward/src/main.ts");
const pages = readdirSync(docs).filter((name) => name.endsWith(".md"));

// Their examples are one story in one folder each; cli.test.ts and key-pages.test.ts tell them.
const toldElsewhere = new Set(["cli.md", "keys.md", "operations.md"]);

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly text: string;
}

function node(args: readonly string[], cwd: string): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    encoding: "utf8",
    // The first key makes a pepper in the user's configuration folder.
    env: { ...process.env, XDG_CONFIG_HOME: join(cwd, "configuration") },
  });
  return { status, stdout, text: stdout + stderr };
}

function folder(parent: string = tmpdir()): string {
  mkdirSync(parent, { recursive: true });
  const path = mkdtempSync(join(parent, "scopeward-docs-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function write(root: string, { file = "", text }: CodeBlock): void {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Beside an example that holds no Rego, which is no policy folder by itself. */
const anyPolicy: CodeBlock = {
  language: "rego",
  row: 0,
  file: "beside/beside.rego",
  text: "package beside\n",
};

/** The errors of a policy folder, as `check` tells them. */
function errorCodes(root: string): readonly string[] {
  const { stdout, text } = node([entry, "check", "--json", "."], root);
  expect(stdout, text).not.toBe("");
  const { problems } = JSON.parse(stdout) as { readonly problems: readonly Problem[] };
  return problems.filter(({ severity }) => severity === "error").map(({ code }) => code);
}

describe.for(pages.filter((name) => !toldElsewhere.has(name)))("%s", (page) => {
  const blocks = codeBlocks(readFileSync(join(docs, page), "utf8"));
  const code = blocks.filter(({ language }) => language !== "text");
  test("every code block is of a kind that is executed here", () => {
    for (const block of code) {
      const { language, file, row } = block;
      const isPolicy = language === "rego" && file !== undefined;
      const isFile = (language === "json" || language === "yaml") && file !== undefined;
      expect(isPolicy || isFile || ["ts", "sh"].includes(language), `${page}:${row}`).toBe(true);
    }
  });

  const refused = code.filter((block) => block.refused !== undefined);
  test.for(refused.map((block) => [`row ${block.row}: ${block.refused}`, block] as const))(
    "%s is what check says of the example",
    ([, block]) => {
      const root = folder();
      write(root, anyPolicy);
      write(root, block);
      expect(new Set(errorCodes(root))).toEqual(new Set([block.refused]));
    },
  );

  // A page that writes a file anew tells of another folder from there on.
  for (const story of stories(code.filter((block) => block.refused === undefined))) {
    const policies = story.filter(({ language }) => language !== "ts" && language !== "sh");
    if (policies.length === 0) continue;
    test(`rows ${policies.map(({ row }) => row).join(", ")} form policies that pass check and test`, () => {
      const root = folder(join(repositoryRoot, "reports/docs"));
      write(join(root, "policies"), anyPolicy);
      for (const block of story.filter(({ file }) => file !== undefined)) {
        write(block.language === "ts" ? root : join(root, "policies"), block);
      }
      const plugins = story.flatMap(({ file, language }) =>
        language === "ts" && file !== undefined ? ["--plugin", file] : [],
      );
      for (const command of [["check"], ["test", "--allow-empty"]]) {
        const { status, text } = node([entry, ...command, ...plugins], root);
        expect(status, text).toBe(0);
      }
      for (const { text } of story.filter(({ language }) => language === "sh")) {
        for (const line of text.trim().split("\n")) runLine(line, root);
      }
    });
  }

  const programs = code.filter(({ language, file }) => language === "ts" && file === undefined);
  test.for(programs.map((block) => [`row ${block.row}`, block] as const))(
    "the program at %s runs",
    ([, block]) => {
      const root = folder(join(repositoryRoot, "reports/docs"));
      // With the policies of the page, as a reader who follows it has them.
      for (const policy of stories(code)[0] ?? []) {
        if (policy.language === "rego" && policy.file !== undefined) {
          write(join(root, "policies"), policy);
        }
      }
      writeFileSync(join(root, "example.ts"), block.text);
      const { status, text } = node(["example.ts"], root);
      expect(status, text).toBe(0);
    },
  );
});

function runLine(line: string, cwd: string): void {
  const [program, ...args] = line.split(" ");
  expect(program, line).toBe("scopeward");
  const { status, text } = node([entry, ...args], cwd);
  expect(status, `${line}\n${text}`).toBe(0);
}

function stories(blocks: readonly CodeBlock[]): CodeBlock[][] {
  const found: CodeBlock[][] = [[]];
  for (const block of blocks) {
    const isRewritten = found.at(-1)!.some(({ file }) => file !== undefined && file === block.file);
    if (isRewritten) found.push([]);
    found.at(-1)!.push(block);
  }
  return found;
}
