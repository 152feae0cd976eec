import { folderSource, startReload } from "@scopeward/policy";
import type { Reload } from "@scopeward/policy";
import { exitCode } from "./exit-code.ts";
import type { ExitCode } from "./exit-code.ts";
import { InvalidInput } from "./invalid-input.ts";
import type { Output } from "./output.ts";

/**
 * Runs `once` now and after every change in the folders, until the process is interrupted or its
 * reader is gone. Runs never overlap; changes during one cause one more.
 * @param ignore - globs over paths relative to each folder.
 */
export async function runOnChange(
  folders: readonly string[],
  ignore: readonly string[],
  once: () => Promise<ExitCode>,
  output: Output,
): Promise<ExitCode> {
  let dirty = true;
  let running: Promise<void> | undefined;
  const ended = Promise.withResolvers<void>();
  const loop = async (): Promise<void> => {
    while (dirty && !output.isClosed()) {
      dirty = false;
      await runTimed(once, output);
    }
    if (output.isClosed()) ended.resolve();
  };
  const hint = (): void => {
    dirty = true;
    running ??= loop()
      .catch((error: unknown) => ended.reject(error))
      .finally(() => {
        running = undefined;
      });
  };
  const watches = await Promise.all(folders.map((folder) => watchFolder(folder, ignore, hint)));
  const stop = (): void => ended.resolve();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    await Promise.all(watches.map(({ ready }) => ready));
    hint();
    await ended.promise;
    return exitCode.done;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    dirty = false;
    await Promise.all(watches.map((watch) => watch.close()));
    await running;
  }
}

async function runTimed(once: () => Promise<ExitCode>, output: Output): Promise<void> {
  const start = performance.now();
  try {
    await once();
  } catch (error) {
    // A folder that is away for a moment, or a file that is half written, is no reason to end.
    if (!(error instanceof InvalidInput)) throw error;
    output.note(`${output.noteColors.red("error")}: ${error.message}`);
  }
  const milliseconds = Math.round(performance.now() - start);
  const time = new Date().toTimeString().slice(0, 8);
  output.note(output.noteColors.dim(`${time}  took ${milliseconds} ms, waiting for changes`));
}

async function watchFolder(
  folder: string,
  ignore: readonly string[],
  hint: () => void,
): Promise<Reload> {
  const source = folderSource<undefined>({
    folder,
    ignore,
    load: () => Promise.resolve({ kind: "loaded", value: undefined }),
    discard: () => undefined,
  });
  const first = await source.read();
  const digest = first.kind === "read" ? first.digest : "";
  return startReload(source, digest, { loaded: hint, refused: hint });
}
