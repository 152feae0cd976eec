import type { Catalogue, Problem } from "@scopeward/core";
import type { BuildResult, SigningOptions, SourceOptions } from "@scopeward/sdk";
import { webAssembly } from "./reactor/web-assembly.ts";
import type { SignedFile } from "./signing/sign.ts";

interface BuildAnswer {
  readonly refused: boolean;
  readonly problems: readonly Problem[];
  /** In base64, as everything binary that the reactor gives. */
  readonly bundle: string;
  readonly wasm: string;
  readonly revision: string;
  readonly catalogue: Catalogue;
  readonly sizes: Readonly<Record<string, number>>;
  readonly signed: readonly SignedFile[];
}

type Call = <T>(operation: string, request: object) => Promise<T>;

/** Builds a bundle, holds its module against the engine that will run it, and signs it if asked to. */
export async function buildBundle(
  sources: SourceOptions,
  sign: SigningOptions | undefined,
  call: Call,
): Promise<BuildResult> {
  const built = await call<BuildAnswer>("build", sources);
  if (built.refused) return refuse(built.problems);
  const invalid = loadProblem(built.wasm);
  if (invalid !== undefined) return refuse([...built.problems, invalid]);
  const { revision, catalogue, sizes, problems: warnings } = built;
  const result = { kind: "built", revision, catalogue, warnings } as const;
  if (sign === undefined) return { ...result, bundle: bytesOf(built.bundle), sizes };
  const signatures = await signaturesOf(built.signed, sign);
  if (signatures === undefined) return refuse([...warnings, keyProblem]);
  const add = { [signaturesFile]: signatures };
  const { bundle } = await call<{ readonly bundle: string }>("archive", {
    bundle: built.bundle,
    add,
  });
  return {
    ...result,
    bundle: bytesOf(bundle),
    sizes: { ...sizes, [signaturesFile]: Buffer.byteLength(signatures) },
  };
}

const signaturesFile = ".signatures.json";

function refuse(problems: readonly Problem[]): BuildResult {
  return { kind: "refused", problems };
}

// OPA's planner can write a module that no engine takes, and does not notice.
function loadProblem(wasm: string): Problem | undefined {
  try {
    void new webAssembly.Module(bytesOf(wasm));
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      severity: "error",
      code: "wasm_invalid",
      message: `the policies compile to a module that cannot be loaded: ${reason}`,
    };
  }
}

const keyProblem: Problem = {
  severity: "error",
  code: "signing_key_invalid",
  message:
    "the signing key cannot be used: it has to be a private key as PEM (PKCS #8) or JWK, and fit the algorithm",
};

async function signaturesOf(
  signed: readonly SignedFile[],
  options: SigningOptions,
): Promise<string | undefined> {
  // Few builds are signed, and jose takes a moment to load.
  const { signFiles } = await import("./signing/sign.ts");
  return await signFiles(signed, options);
}

// A small Buffer is a window into a pool that is larger and not ours to send.
function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64"));
}
