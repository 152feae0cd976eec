import { Console } from "node:console";
import { Writable } from "node:stream";
import { format, inspect } from "node:util";
import { serialize } from "node:v8";
import { describe, expect, test } from "vitest";
import { Secret } from "../../src/token/secret.ts";

const text = "correct horse battery staple";
const secret = new Secret(text);

function printed(print: (console: Console) => void): string {
  let output = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      output += String(chunk);
      done();
    },
  });
  print(new Console(stream, stream));
  return output;
}

describe("a secret", () => {
  test("is given by `reveal` alone", () => {
    expect(secret.reveal()).toBe(text);
  });

  test.each<[string, () => string]>([
    ["a template", () => `token: ${String(secret)}`],
    ["a concatenation", () => "token: " + secret],
    ["JSON", () => JSON.stringify({ token: secret, list: [secret] })],
    ["inspect", () => inspect({ deep: { token: secret } }, { depth: 9 })],
    ["inspect of hidden properties", () => inspect(secret, { showHidden: true, getters: true })],
    ["format", () => format("%s %o %O %j", secret, secret, secret, secret)],
    ["console.log", () => printed((console) => console.log(secret, { secret }))],
    ["console.table", () => printed((console) => console.table([{ secret }]))],
    ["console.dir", () => printed((console) => console.dir(secret, { showHidden: true }))],
    ["the message of an error", () => new Error(`no use for ${String(secret)}`).stack ?? ""],
    ["the cause of an error", () => inspect(new Error("no use", { cause: secret }))],
    ["what a type error quotes", () => caught(() => (secret as unknown as () => void)())],
    [
      "a structured clone",
      () => inspect(structuredClone(secret)) + JSON.stringify(structuredClone(secret)),
    ],
    ["V8's serialisation", () => serialize(secret).toString("latin1")],
    ["Object.entries", () => JSON.stringify([Object.keys(secret), Object.entries(secret)])],
    ["a copy", () => JSON.stringify(Object.assign({}, secret))],
    ["all own properties", () => inspect(Object.getOwnPropertyDescriptors(secret))],
    ["an array that is joined", () => [secret].join()],
    ["a name of a property", () => Object.keys({ [String(secret)]: 1 }).join()],
  ])("is not in %s", (_, show) => {
    expect(show()).not.toContain(text);
  });

  test("says that it is redacted", () => {
    expect([String(secret), JSON.stringify(secret), inspect(secret)]).toEqual([
      "[redacted]",
      '"[redacted]"',
      "[redacted]",
    ]);
  });
});

function caught(action: () => void): string {
  try {
    action();
    return text;
  } catch (error) {
    return inspect(error);
  }
}
