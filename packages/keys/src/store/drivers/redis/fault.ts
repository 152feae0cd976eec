import { KeyStoreError } from "../../key-store.ts";

/** An error that the server answered. `text` begins with its code and may quote arguments: a password too. */
export interface Refusal {
  readonly code: string;
  readonly text: string;
}

/** The refusal of an error text, such as `OOM command not allowed`. */
export function refusalOf(text: string): Refusal {
  return { code: /^[A-Z][A-Z_]*(?= |$)/.exec(text)?.[0] ?? "ERR", text };
}

/** The fault that a refusal is. The server's words are left out: they may quote what was sent. */
export function refusalFault(refusal: Refusal, place: string): KeyStoreError {
  const { code } = refusal;
  switch (code) {
    case "OOM":
    case "READONLY":
    case "MISCONF":
    case "NOREPLICAS":
      return new KeyStoreError(
        "not_writable",
        `\`${place}\` takes no writes now (\`${code}\`): look at its memory, its disk and its role`,
      );
    case "LOADING":
    case "BUSY":
    case "MASTERDOWN":
    case "CLUSTERDOWN":
    case "TRYAGAIN":
      return new KeyStoreError("unavailable", `\`${place}\` is not ready (\`${code}\`): try again`);
    case "NOAUTH":
    case "WRONGPASS":
    case "NOPERM":
      return new KeyStoreError(
        "misconfigured",
        `\`${place}\` does not admit this user (\`${code}\`): check user, password and ACL in the store's URL and on the server`,
      );
    case "MOVED":
    case "ASK":
    case "CROSSSLOT":
      return new KeyStoreError(
        "misconfigured",
        `\`${place}\` is a node of a cluster that does not hold these keys (\`${code}\`): name the node that does`,
      );
    case "NOPROTO":
      return new KeyStoreError("misconfigured", `\`${place}\` is too old: use Redis 7 or later`);
    default:
      return otherFault(refusal, place);
  }
}

function otherFault({ code, text }: Refusal, place: string): KeyStoreError {
  if (/max number of clients/i.test(text)) {
    return new KeyStoreError(
      "unavailable",
      `\`${place}\` has too many clients: raise \`maxclients\``,
    );
  }
  if (/unknown command|compiling script/i.test(text)) {
    return new KeyStoreError(
      "misconfigured",
      `\`${place}\` lacks a command that is needed: use Redis 7 or later with EVAL, EVALSHA and HELLO`,
    );
  }
  if (/\bDB index\b|SELECT is not allowed/i.test(text)) {
    return new KeyStoreError("misconfigured", `\`${place}\` has no database of that number`);
  }
  return new KeyStoreError(
    "corrupt",
    `\`${place}\` holds damaged data: a script failed on it (\`${code}\`); put back a backup`,
  );
}

/** The fault of an answer that no script of ours gives. */
export function damaged(place: string, what: string): KeyStoreError {
  return new KeyStoreError(
    "corrupt",
    `\`${place}\` holds damaged data: ${what}; put back a backup`,
  );
}
