import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliDecompress, constants } from "node:zlib";
import { CompilerError } from "../compiler-error.ts";
import { webAssembly } from "./web-assembly.ts";
import type { WasmModule } from "./web-assembly.ts";

const packaged = new URL("../../artefact/", import.meta.url);

// Twice what the module has: a description that names more is not of this package.
const maxBytes = 96_000_000;

interface Description {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Reads, checks and compiles OPA's compiler.
 * @param folder - where `opa.wasm.br` and its description `opa.json` are.
 * @throws CompilerError `artefact_invalid` if they are missing, damaged or not of each other.
 */
export async function loadArtefact(folder: URL = packaged): Promise<WasmModule> {
  try {
    const [compressed, text] = await Promise.all([
      readFile(new URL("opa.wasm.br", folder)),
      readFile(new URL("opa.json", folder), "utf8"),
    ]);
    const { sha256, bytes } = describe(JSON.parse(text));
    const binary = await promisify(brotliDecompress)(compressed, {
      chunkSize: bytes,
      maxOutputLength: bytes,
      params: { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 },
    });
    const compiling = webAssembly.compile(binary);
    if (createHash("sha256").update(binary).digest("hex") !== sha256) {
      throw new TypeError("its digest is not the one in `opa.json`");
    }
    return await compiling;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CompilerError("artefact_invalid", `the compiler's module cannot be used: ${reason}`, {
      cause,
    });
  }
}

function describe(value: Partial<Description>): Description {
  const { sha256, bytes } = value;
  if (typeof sha256 !== "string" || !Number.isSafeInteger(bytes)) {
    throw new TypeError("`opa.json` does not describe it");
  }
  if (bytes === undefined || bytes < 1 || bytes > maxBytes) {
    throw new RangeError("`opa.json` names an impossible size");
  }
  return { sha256, bytes };
}
