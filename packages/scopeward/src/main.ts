#!/usr/bin/env node
import { isSupportedNode, leastNodeVersion } from "./node-version.ts";

// Everything else is imported behind this test, because an older Node may fail while it links.
if (isSupportedNode(process.versions.node)) {
  const { runCommandLine } = await import("./cli/program.ts");
  process.exitCode = await runCommandLine(process.argv.slice(2));
} else {
  process.stderr.write(
    `scopeward needs Node ${leastNodeVersion} or later, this is ${process.versions.node}: install a newer Node from https://nodejs.org\n`,
  );
  process.exitCode = 3;
}
