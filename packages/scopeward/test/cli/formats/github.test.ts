import { expect, test } from "vitest";
import { githubAnnotation, githubProblem } from "../../../src/cli/formats/github.ts";

test("a problem is an annotation at its file, line and column", () => {
  const problem = {
    severity: "error",
    code: "rego_type_error",
    message: "undefined ref: input.x",
    file: "policies/features/a.rego",
    row: 3,
    column: 2,
  } as const;
  expect(githubProblem(problem)).toBe(
    "::error file=policies/features/a.rego,line=3,col=2,title=rego_type_error::undefined ref: input.x",
  );
});

test("what would end a property or a command is escaped", () => {
  const annotation = {
    level: "warning",
    file: "a,b:c%.rego",
    message: "50%\r\n::error::x",
  } as const;
  expect(githubAnnotation(annotation)).toBe(
    "::warning file=a%2Cb%3Ac%25.rego::50%25%0D%0A::error::x",
  );
});

test("a problem without a place has no empty properties", () => {
  expect(githubProblem({ severity: "warning", code: "c", message: "m" })).toBe(
    "::warning title=c::m",
  );
});
