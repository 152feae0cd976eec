import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { isJsonObject } from "@scopeward/core";
import type { SecretProvider, SecretSet } from "@scopeward/sdk";
import { createPrivateFile, isBelow, readPrivateFile, replacePrivateFile } from "./private-file.ts";
import { decodeSecret, isVersionId, newVersion } from "./secret-bytes.ts";
import { SecretFileError } from "./secret-file-error.ts";

/** Which file holds the pepper. */
export interface SecretFileOptions {
  /** {@link defaultSecretPath} where absent. */
  readonly path?: string;
  /** The state folder: the secret must not lie in it, beside the data that it protects. */
  readonly notBelow?: string;
}

/** A file that holds the pepper. Everything rejects with SecretFileError. */
export interface SecretFile extends SecretProvider {
  /**
   * Makes the file with a first version, unless another process was faster.
   * @returns whether this call made it.
   */
  create(): Promise<boolean>;
  /**
   * Adds a version, which is the current one from then on; the others stay.
   * @returns its id.
   */
  addVersion(): Promise<string>;
}

interface SecretFileText {
  readonly current: string;
  readonly versions: { readonly [id: string]: string };
}

/**
 * The pepper from a JSON file `{"current": id, "versions": {id: base64}}` that this user alone may
 * read and write.
 */
export function secretFile(options: SecretFileOptions = {}): SecretFile {
  const place = resolve(options.path ?? defaultSecretPath());
  const { notBelow } = options;

  const checkPlace = async (): Promise<void> => {
    if (notBelow !== undefined && (await isBelow(place, notBelow))) {
      throw new SecretFileError(
        "unsafe",
        `the pepper \`${place}\` lies in the state folder \`${notBelow}\`, beside the keys that it protects: move it elsewhere`,
      );
    }
  };

  return {
    place,
    async read() {
      await checkPlace();
      return parse(await readPrivateFile(place), place).set;
    },
    async create() {
      await checkPlace();
      const { id, base64 } = newVersion();
      return createPrivateFile(place, format({ current: id, versions: { [id]: base64 } }));
    },
    async addVersion() {
      await checkPlace();
      const { id, base64 } = newVersion();
      await replacePrivateFile(place, (text) => {
        const { versions } = parse(text, place).text;
        return format({ current: id, versions: { [id]: base64, ...versions } });
      });
      return id;
    },
  };
}

/**
 * Where the pepper is kept unless told otherwise: `scopeward/pepper.json` in `$XDG_CONFIG_HOME`, else
 * in `~/.config`; on Windows in `%APPDATA%`.
 */
export function defaultSecretPath(
  environment: { readonly [variable: string]: string | undefined } = process.env,
): string {
  const windows = process.platform === "win32";
  const given = environment[windows ? "APPDATA" : "XDG_CONFIG_HOME"];
  // The XDG specification: what is no absolute path is ignored.
  const folder = given !== undefined && isAbsolute(given) ? given : join(homedir(), ".config");
  return join(folder, "scopeward", "pepper.json");
}

function format(text: SecretFileText): string {
  return `${JSON.stringify(text, undefined, 2)}\n`;
}

function parse(text: string, path: string): { text: SecretFileText; set: SecretSet } {
  // What JSON.parse says of malformed text quotes it, so its error is no cause of ours.
  const malformed = (what: string): SecretFileError =>
    new SecretFileError("malformed", `the file \`${path}\` ${what}: restore it from a backup`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed("is no JSON");
  }
  if (!isJsonObject(value)) throw malformed("is no JSON object");
  const { current, versions: texts, ...rest } = value;
  if (typeof current !== "string" || !isJsonObject(texts) || Object.keys(rest).length > 0) {
    throw malformed("has other members than `current` and `versions`");
  }
  const versions = new Map<string, Uint8Array>();
  for (const [id, base64] of Object.entries(texts)) {
    const bytes = typeof base64 === "string" ? decodeSecret(base64) : undefined;
    if (!isVersionId(id) || bytes === undefined) {
      throw malformed(`has a version ${versions.size + 1} that is not 32 bytes or more in base64`);
    }
    versions.set(id, bytes);
  }
  if (!versions.has(current)) throw malformed("has a `current` that is not among its versions");
  return { text: value as unknown as SecretFileText, set: { current, versions } };
}
