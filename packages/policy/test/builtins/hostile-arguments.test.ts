import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

const text = (value: string): string => JSON.stringify(value);

describe("arguments that would take forever", () => {
  test("aliases of aliases do not fill the memory", () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`,
    );
    expect(answer("yaml.unmarshal", text(`l0: &l0 a\n${levels.join("\n")}`))).toBe("fails");
  });

  test("deep nesting does not overflow the stack", () => {
    const deep = "[".repeat(50_000);
    expect(answer("yaml.unmarshal", text(deep))).toBe("fails");
    expect(answer("yaml.unmarshal", text("- ".repeat(5_000)))).toBe("fails");
    expect(answer("json.unmarshal", text(deep))).toBe("fails");
    expect(answer("json.match_schema", text(deep), "{}")).toBe("fails");
  });

  test("a schema that is itself ends", () => {
    expect(answer("json.match_schema", "{}", '{"$ref":"#"}')).toBe("fails");
    expect(
      answer(
        "json.match_schema",
        "{}",
        '{"definitions":{"a":{"anyOf":[{"$ref":"#/definitions/a"}]}},"$ref":"#/definitions/a"}',
      ),
    ).toBe("fails");
  });

  test("a schema that doubles its work at each level ends", () => {
    const levels = Array.from({ length: 30 }, (_, level) => {
      const below = { $ref: `#/definitions/l${level}` };
      return [`l${level + 1}`, { oneOf: [below, below] }] as const;
    });
    const definitions = { l0: { type: "string" }, ...Object.fromEntries(levels) };
    const schema = JSON.stringify({ definitions, $ref: "#/definitions/l30" });
    expect(answer("json.match_schema", "{}", schema)).toBe("fails");
  });

  test("a pattern of a schema is searched in linear time", () => {
    const value = text(JSON.stringify(`${"a".repeat(5_000)}!`));
    expect(answer("json.match_schema", value, '{"pattern":"^(a+)+$"}')).toContain("[false");
  });

  test("results have a largest size", () => {
    expect(answer("numbers.range", "0", "1000000000")).toBe("fails");
    expect(answer("net.cidr_expand", '"10.0.0.0/8"')).toBe("fails");
    expect(answer("bits.lsh", "1", "1000000000000")).toBe("fails");
    expect(answer("walk", `${"[".repeat(900)}${"1,".repeat(2_000)}1${"]".repeat(900)}`)).toBe(
      "fails",
    );
    expect(answer("mul", "9".repeat(24_000), "9".repeat(24_000))).toBe("fails");
  });

  test("digits without end are no duration", () => {
    expect(answer("time.parse_duration_ns", text(`${"9".repeat(1_000_000)}h`))).toBe("fails");
  });

  test("more zones than are kept are still answered", () => {
    for (const zone of Intl.supportedValuesOf("timeZone").slice(0, 100)) {
      expect(answer("time.date", `[0,${text(zone)}]`)).not.toBe("fails");
    }
  });

  test("PEM that never ends is read once", () => {
    const endless = "-----BEGIN CERTIFICATE-----\n".repeat(20_000);
    expect(answer("io.jwt.verify_rs256", '"a.b.c"', text(endless))).toBe("fails");
  });
});
