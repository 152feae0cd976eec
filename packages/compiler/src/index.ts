export type { CompilerErrorCode } from "./compiler-error.ts";
export { CompilerError } from "./compiler-error.ts";
export { openCompiler } from "./open-compiler.ts";
