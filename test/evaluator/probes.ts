import { buildProbes } from "./probe-bundle.ts";

let built: Promise<Uint8Array> | undefined;

/** The bundle that the tests of evaluators ask; built once. */
export async function probeBundle(): Promise<Uint8Array> {
  built ??= buildProbes(
    {
      echo: ":= input",
      seen: "if input == input",
      missing: ":= input.nothing",
      conflict: ["if input.first", ":= 2 if input.second"],
      keys: "[key] := value if some [key, value] in input",
      base: ":= data.base",
      mixed: ':= {1: {"a", {2}}, "b": {[3]: null}}',
      sum: ":= 9007199254740993 + input.more",
      sum_set: ":= {9007199254740993 + input.more}",
      deep: ":= json.unmarshal(input.text)",
      grown: ":= count(numbers.range(1, input.size))",
      spun: ":= count([1 | some a in numbers.range(1, input.size); some b in numbers.range(1, input.size); a == b + input.size])",
      echoed: ":= acme.echo(input)",
      echoed_set: ':= acme.echo({"b", "a", 10, 9, {2}})',
      echoed_often:
        ":= count([1 | some size in numbers.range(1, input.size); acme.echo([size, input.text])])",
      effect: ":= acme.effect(input)",
      refused: ":= true if not acme.echo(input)",
      guarded: ":= false if acme.echo(input) > 5 else := true",
      conflict_after_failure: ["if not acme.echo(input)", ":= 2 if input"],
      hash: ":= crypto.sha256(input)",
      subset: ":= object.subset(input.super, input.sub)",
    },
    { "data.json": JSON.stringify({ base: { text: "ü\u0000", large: "#", list: [1, [2.5]] } }) },
  );
  return await built;
}
