import { parseSync, Visitor } from "vite";
import type { ESTree, ParseResult } from "vite";

/** A comment of a module; `documents` is the offset of the first character behind it that is not white space. */
export interface ModuleComment {
  readonly text: string;
  readonly start: number;
  readonly isDoc: boolean;
  readonly documents: number;
}

/** A specifier as written, wherever a module names another one. */
export interface ModuleImport {
  readonly specifier: string;
  readonly start: number;
}

/** What the rules need to know of one TypeScript file. */
export interface Module {
  readonly path: string;
  readonly source: string;
  readonly body: readonly ESTree.Program["body"][number][];
  readonly imports: readonly ModuleImport[];
  readonly comments: readonly ModuleComment[];
  readonly errors: readonly string[];
}

/** Parses one file. Never throws for bad source: what did not parse is in `errors`. */
export function parseModule(path: string, source: string): Module {
  const { program, comments, errors } = parseSync(path, source);
  return {
    path,
    source,
    body: program.body,
    imports: readImports(program),
    comments: comments.map((comment) => toComment(comment, source)),
    errors: errors.map((error) => error.message),
  };
}

/** The 1-based line of an offset. */
export function lineOf(module: Module, offset: number): number {
  return module.source.slice(0, offset).split("\n").length;
}

type ParsedComment = ParseResult["comments"][number];

function toComment(comment: ParsedComment, source: string): ModuleComment {
  const gap = /^\s*/.exec(source.slice(comment.end))?.[0] ?? "";
  return {
    text: comment.value,
    start: comment.start,
    isDoc: comment.type === "Block" && /^\*[\s*]*[^\s*]/.test(comment.value),
    // A blank line between makes it a comment about something else.
    documents: gap.split("\n").length > 2 ? -1 : comment.end + gap.length,
  };
}

function readImports(program: ESTree.Program): ModuleImport[] {
  const imports: ModuleImport[] = [];
  const add = (node: ESTree.Node | null | undefined): void => {
    if (node?.type === "Literal" && typeof node.value === "string") {
      imports.push({ specifier: node.value, start: node.start });
    } else if (node?.type === "TemplateLiteral" && node.expressions.length === 0) {
      imports.push({ specifier: node.quasis[0]?.value.cooked ?? "", start: node.start });
    }
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
    TSExternalModuleReference: (node) => add(node.expression),
    CallExpression: (node) => {
      if (isImportMetaResolve(node.callee)) add(node.arguments[0]);
    },
  }).visit(program);
  return imports;
}

function isImportMetaResolve(callee: ESTree.Node): boolean {
  return (
    callee.type === "MemberExpression" &&
    callee.object.type === "MetaProperty" &&
    callee.property.type === "Identifier" &&
    callee.property.name === "resolve"
  );
}
