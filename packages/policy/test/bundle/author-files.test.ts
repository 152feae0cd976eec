import { expect, it } from "vitest";
import { PolicyError, readBundle } from "../../src/index.ts";
import { catalogue, contents, pack, whole } from "./packed-bundle.ts";

it("the author's files are the sources and data without what the build added", async () => {
  expect({ ...(await readBundle(await pack(whole()))) }).toEqual({
    "features/notes.rego": "package features.notes\n",
    "data.json": '{"reviewed":["sales"]}',
  });
});

it("numbers keep their digits", async () => {
  const text = `{"big":12345678901234567890,"scopeward":${JSON.stringify({ catalogue })},"half":0.50}`;
  const files = await readBundle(await pack(whole({ ...contents, "data.json": text })));
  expect(files["data.json"]).toBe('{"big":12345678901234567890,"half":0.50}');
});

it("there is no data file where the author has no data", async () => {
  const text = JSON.stringify({ scopeward: { catalogue } });
  const files = await readBundle(await pack(whole({ ...contents, "data.json": text })));
  expect(Object.keys(files)).toEqual(["features/notes.rego"]);
});

it("a damaged bundle is a PolicyError with its problems", async () => {
  const error: unknown = await readBundle(Buffer.from("no bundle")).catch(
    (thrown: unknown) => thrown,
  );
  expect(PolicyError.is(error)).toBe(true);
  expect(error).toMatchObject({ code: "bundle_refused", problems: [{ code: "bundle_malformed" }] });
});
