import type { SecretProvider } from "@scopeward/sdk";
import type { SecretFile } from "./secret-file.ts";
import { SecretFileError } from "./secret-file-error.ts";

/** When a pepper may be made. */
export interface FirstPepperOptions {
  readonly file: SecretFile;
  /** Whether the store holds no key. */
  readonly isEmpty: () => Promise<boolean>;
  /** Called once the file was made by this process. */
  readonly created: (place: string) => void;
}

/**
 * The pepper of a file, which the first start makes. A file that is missing while there are keys is
 * a fault: under a new pepper every one of them would be refused, and nobody would know why.
 */
export function firstPepper({ file, isEmpty, created }: FirstPepperOptions): SecretProvider {
  return {
    place: file.place,
    async read(purpose) {
      try {
        return await file.read(purpose);
      } catch (error) {
        if (!SecretFileError.is(error) || error.code !== "missing") throw error;
      }
      if (!(await isEmpty())) {
        throw new SecretFileError(
          "missing",
          `the pepper \`${file.place}\` is missing, but there are keys that were made under it: restore the file, or set SCOPEWARD_PEPPER`,
        );
      }
      if (await file.create()) created(file.place);
      return file.read(purpose);
    },
  };
}
