import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import type { KeyWrite, StoredKey } from "../key-store.ts";
import { keyStoreCase } from "./harness.ts";
import type { KeyStoreCase } from "./harness.ts";
import { bodyWrite, sampleWrite, tenant, times, versionOf, write } from "./sample-key.ts";

function idsOf(keys: readonly StoredKey[]): string[] {
  return keys.map(({ id }) => id);
}

const largestBody = 65_536;
// A bound for a reader that sees no change; that it sees them is another case.
const patienceMs = 10_000;

function oddBodies(): string[] {
  const members = `"tenant":"${tenant}","owner":"user:ada","status":"active","version":1`;
  const padding = "x".repeat(largestBody - `{"id":"k4",${members},"notes":""}`.length);
  return [
    ` {\n\t"version" : 1.0,"status":"active" , "owner":"user:ada","tenant":"${tenant}","id":"k0"}\r\n`,
    `{"notes":"\\u0041\\u00e9\\/\\"\\\\ \\n\\ud83d\\ude00","id":"k1",${members}}`,
    `{"notes":"é e\u0301 \u{1F600} \u2028 \uFEFF \u007F ' $1 %s","id":"k2",${members}}`,
    `{"10":1,"9":[1e2,-0,1.50,12345678901234567890],"id":"k3",${members},"":{ }}`,
    `{"id":"k4",${members},"notes":"${padding}"}`,
  ];
}

const verbatim = keyStoreCase("a body is kept character by character", async ({ open }) => {
  const store = await open();
  const bodies = oddBodies();
  await write(store, ...bodies.map((body, index) => bodyWrite(`k${String(index)}`, 1, body)));
  for (const [index, body] of bodies.entries()) {
    const [read] = await store.readChain(`k${String(index)}`);
    assert.equal(read?.body, body);
  }
  const listed = await store.list({ tenant, limit: 1_000 });
  assert.deepEqual(
    listed.map(({ body }) => body),
    bodies,
  );
});

const asWritten = keyStoreCase(
  "a key is read with the version, seal and pepper that it was last written with",
  async ({ open }) => {
    const store = await open();
    for (const version of [1, 2]) {
      const { key, ...rest } = sampleWrite("k", { version });
      const written = { ...key, sealPepper: `p${String(version)}`, seal: `-_${String(version)}` };
      await write(store, { ...rest, key: written });
      assert.deepEqual(await store.readChain("k"), [written]);
      assert.deepEqual(await store.list({ tenant, limit: 10 }), [written]);
    }
  },
);

const chain = keyStoreCase(
  "a chain is the key and those above it, nearest first",
  async ({ open }) => {
    const store = await open();
    await write(
      store,
      sampleWrite("middle", { parent: "top" }),
      sampleWrite("top"),
      sampleWrite("child", { parent: "middle" }),
      sampleWrite("sister", { parent: "middle" }),
      sampleWrite("orphan", { parent: "gone" }),
    );
    assert.deepEqual(idsOf(await store.readChain("child")), ["child", "middle", "top"]);
    assert.deepEqual(idsOf(await store.readChain("top")), ["top"]);
    assert.deepEqual(idsOf(await store.readChain("orphan")), ["orphan"]);
    assert.deepEqual(await store.readChain("gone"), []);
  },
);

const chainEnds = keyStoreCase(
  "a chain ends after 8 keys, also where parents go round in a circle",
  async ({ open }) => {
    const store = await open();
    const ids = times(10, (index) => `k${String(index)}`);
    await write(
      store,
      ...ids.map((id, index) => sampleWrite(id, { parent: `k${String(index + 1)}` })),
      sampleWrite("self", { parent: "self" }),
      sampleWrite("a", { parent: "b" }),
      sampleWrite("b", { parent: "a" }),
    );
    assert.deepEqual(idsOf(await store.readChain("k0")), ids.slice(0, 8));
    for (const id of ["self", "a"]) {
      const circle = await store.readChain(id);
      assert.equal(circle[0]?.id, id);
      assert(circle.length <= 8, "it ends");
    }
  },
);

function family(version: number): KeyWrite[] {
  return [
    sampleWrite("child", { parent: "middle", version }),
    sampleWrite("middle", { parent: "top", version }),
    sampleWrite("top", { version }),
  ];
}

const oneSnapshot = keyStoreCase("a chain is read in one snapshot", async ({ open }) => {
  const [writer, reader] = [await open(), await open()];
  const lastVersion = 40;
  await write(writer, ...family(1));
  const writing = async () => {
    for (let version = 2; version <= lastVersion; version += 1) {
      await write(writer, ...family(version));
    }
  };
  const reading = async () => {
    const endsAtMs = performance.now() + patienceMs;
    for (let seen = 1; seen < lastVersion && performance.now() < endsAtMs;) {
      const versions = (await reader.readChain("child")).map(({ version }) => version);
      assert.equal(new Set(versions).size, 1, "keys that are only changed together");
      seen = versions[0] ?? seen;
      // A store that answers at once would leave the writer no turn.
      await turn();
    }
  };
  await Promise.all([writing(), reading()]);
});

const acknowledged = keyStoreCase(
  "what was acknowledged is read at once, through every handle",
  async ({ open }) => {
    const [left, right] = [await open(), await open()];
    for (const id of times(20, (index) => `k${String(index)}`)) {
      // Asked before, so that whoever remembers what is not there gives himself away.
      assert.deepEqual(await right.readChain(id), []);
      const { head } = await right.changesSince(0);
      await write(left, sampleWrite(id));
      for (const store of [left, right]) {
        assert.equal(await versionOf(store, id), 1);
        assert.deepEqual(await store.changesSince(head), {
          kind: "changes",
          head: (await left.changesSince(0)).head,
          ids: [id],
        });
      }
      await write(left, sampleWrite(id, { version: 2 }));
      for (const store of [left, right]) assert.equal(await versionOf(store, id), 2);
    }
  },
);

const halfReadList = keyStoreCase(
  "what was acknowledged is read also while a list is half read",
  async ({ open }) => {
    const [writer, reader] = [await open(), await open()];
    const ids = times(300, (index) => `k${String(index).padStart(3, "0")}`);
    await write(writer, ...ids.map((id) => sampleWrite(id)));

    const underWay = reader.list({ tenant, limit: 1_000 });
    await write(writer, sampleWrite("k001", { version: 2 }));
    assert.equal(await versionOf(reader, "k001"), 2, "while a page is under way");
    assert.equal((await underWay).length, ids.length);

    const page = await reader.list({ tenant, limit: 100 });
    const { head } = await reader.changesSince(0);
    await write(writer, sampleWrite("k002", { version: 2 }));
    assert.equal(await versionOf(reader, "k002"), 2, "between two pages");
    const told = await reader.changesSince(head);
    assert.deepEqual(told.kind === "changes" ? told.ids : told, ["k002"]);
    const rest = await reader.list({ tenant, limit: 1_000, after: page.at(-1)?.id ?? "" });
    assert.equal(page.length + rest.length, ids.length);
  },
);

/** What is read of a key, and how soon. */
export const readingCases: readonly KeyStoreCase[] = [
  asWritten,
  verbatim,
  chain,
  chainEnds,
  oneSnapshot,
  acknowledged,
  halfReadList,
];
