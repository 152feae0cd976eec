import type { SecretProvider } from "@scopeward/sdk";
import { KeysError } from "../keys-error.ts";
import { decodeSecret, isVersionId, leastSecretBytes } from "./secret-bytes.ts";

/** Where the environment holds the pepper. */
export interface EnvironmentSecretsOptions {
  /** `SCOPEWARD_PEPPER` where absent. */
  readonly variable?: string;
  /** The environment of this process where absent; read anew each time. */
  readonly environment?: { readonly [variable: string]: string | undefined };
}

/**
 * The pepper from an environment variable: `id:base64[,id:base64…]`, the current version first. No
 * message shows any of the value.
 */
export function environmentSecrets(options: EnvironmentSecretsOptions = {}): SecretProvider {
  const { variable = "SCOPEWARD_PEPPER", environment = process.env } = options;
  const place = `environment variable ${variable}`;
  const fault = (reason: string): KeysError =>
    new KeysError("pepper_unavailable", `${place} ${reason}`);
  return {
    place,
    async read() {
      const text = environment[variable];
      if (text === undefined || text === "") {
        throw fault(
          "is not set: give it `id:base64`, where the base64 is `openssl rand -base64 32`",
        );
      }
      const versions = new Map<string, Uint8Array>();
      for (const [index, entry] of text.split(",").entries()) {
        const number = index + 1;
        const colon = entry.indexOf(":");
        const id = entry.slice(0, Math.max(colon, 0));
        const bytes = decodeSecret(entry.slice(colon + 1));
        if (!isVersionId(id)) throw fault(`has no \`id:base64\` as version ${number}`);
        if (bytes === undefined) {
          throw fault(
            `has a version ${number} that is not ${leastSecretBytes} bytes or more in base64`,
          );
        }
        if (versions.has(id)) throw fault(`has the id of version ${number} twice`);
        versions.set(id, bytes);
      }
      const [current] = versions.keys();
      return { current: current!, versions };
    },
  };
}
