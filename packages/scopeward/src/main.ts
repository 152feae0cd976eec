#!/usr/bin/env node
process.stderr.write("usage: scopeward <command> [options]\n");
process.exitCode = 3;
