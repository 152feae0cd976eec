import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { refusalFault, refusalOf } from "../../../../src/store/drivers/redis/fault.ts";

const place = "redis://localhost:6379/0";

describe("what the server refused is the fault of the port that it means", () => {
  test.for([
    ["OOM command not allowed when used memory > 'maxmemory'. script: 0a", "not_writable"],
    ["READONLY You can't write against a read only replica.", "not_writable"],
    ["MISCONF Errors writing to the AOF file: No space left on device", "not_writable"],
    ["LOADING Redis is loading the dataset in memory", "unavailable"],
    ["BUSY Redis is busy running a script.", "unavailable"],
    ["CLUSTERDOWN The cluster is down", "unavailable"],
    ["ERR max number of clients reached", "unavailable"],
    ["NOAUTH Authentication required.", "misconfigured"],
    ["WRONGPASS invalid username-password pair or user is disabled.", "misconfigured"],
    ["NOPERM this user has no permissions to run the 'eval' command", "misconfigured"],
    ["MOVED 866 127.0.0.1:7001", "misconfigured"],
    ["NOPROTO unsupported protocol version", "misconfigured"],
    ["ERR unknown command 'EVALSHA'", "misconfigured"],
    [
      "ERR Error compiling script (new function): user_script:1: unexpected symbol",
      "misconfigured",
    ],
    ["ERR DB index is out of range", "misconfigured"],
    ["WRONGTYPE Operation against a key holding the wrong kind of value", "corrupt"],
    ["ERR user_script:12: attempt to compare nil with number script: 0a", "corrupt"],
    ["", "corrupt"],
  ] as const)("%s", ([text, code]) => {
    expect(refusalFault(refusalOf(text), place)).toMatchObject({ name: "KeyStoreError", code });
  });
});

test("a fault does not repeat the server's words, which may quote a password", () => {
  const quoting =
    "ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'ada' 'hunter2'";
  expect(inspect(refusalFault(refusalOf(quoting), place), { depth: 9 })).not.toContain("hunter2");
});
