import { readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { SummaryLine } from "./tools/summary-reporter.ts";

const packages = readdirSync(new URL("./packages", import.meta.url));

export default defineConfig({
  test: {
    projects: [
      ...packages.map((name) => ({
        extends: true as const,
        root: `./packages/${name}`,
        test: { name, include: ["test/**/*.test.ts"] },
      })),
      {
        extends: true as const,
        root: "./test",
        test: { name: "repository", include: ["**/*.test.ts"] },
      },
    ],
    isolate: false,
    // Bounds against hanging, never against slowness: other programs may have the machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["default", ["junit", { outputFile: "reports/junit.xml" }], new SummaryLine()],
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      reporter: ["text-summary", "lcov", "json-summary"],
      reportsDirectory: "reports/coverage",
    },
  },
});
