import { fc } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { parsePostgresUrl } from "../../../../src/store/drivers/postgres/location.ts";

for (const [url, place] of [
  ["postgres://ada:pw@db.example:6432/keys", "postgres://db.example:6432/keys"],
  ["postgresql://ada:pw@db.example/keys?sslmode=require", "postgres://db.example:5432/keys"],
  ["postgres://ada@db.example", "postgres://db.example:5432/ada"],
  ["postgres:///keys?host=/run/postgresql", "postgres:///run/postgresql:5432/keys"],
  ["postgres://[::1]:5432/keys", "postgres://[::1]:5432/keys"],
] as const) {
  test(`the place of ${url} is ${place}`, () => {
    expect(parsePostgresUrl(url).place).toBe(place);
  });
}

test("a password is in neither the place nor a redacted text, as it is and as the URL has it", () => {
  const secrets = fc.stringMatching(/^[0-9A-Za-z!#%&/:?@ ]{6,20}$/);
  fc.assert(
    fc.property(secrets, (secret) => {
      const password = `${secret}~1`;
      const encoded = encodeURIComponent(password);
      const { place, redact } = parsePostgresUrl(`postgres://ada:${encoded}@db.example/keys`);
      const text = redact(`FATAL: ${password} and ${encoded}`);
      for (const form of [password, encoded]) {
        expect(place).not.toContain(form);
        expect(text).not.toContain(form);
      }
    }),
  );
});

for (const url of ["", "keys", "http://db.example/", "postgres://ada:s3cret@db:notaport/keys"]) {
  test(`\`${url}\` is misconfigured, and the message does not hold it`, () => {
    expect(() => parsePostgresUrl(url)).toThrow(expect.objectContaining({ code: "misconfigured" }));
    expect(() => parsePostgresUrl(url)).not.toThrow(/s3cret/);
  });
}
