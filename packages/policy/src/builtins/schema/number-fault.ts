import { compareValues } from "../../rego/value.ts";
import { floatText } from "../float-text.ts";
import { numberText, type RegoNumber } from "../rego-number.ts";
import type { SchemaNode } from "./schema-node.ts";

/** What a number's schema finds wrong with it: types and descriptions. */
export function numberFaults(
  schema: SchemaNode,
  value: RegoNumber,
): readonly (readonly [type: string, description: string])[] {
  const { multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum } = schema;
  const faults: (readonly [string, string])[] = [];
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
    faults.push(["multiple_of", `Must be a multiple of ${bound(multipleOf)}`]);
  }
  if (maximum !== undefined && compareValues(value, maximum) > 0) {
    faults.push(["number_lte", `Must be less than or equal to ${bound(maximum)}`]);
  }
  if (exclusiveMaximum !== undefined && compareValues(value, exclusiveMaximum) >= 0) {
    faults.push(["number_lt", `Must be less than ${bound(exclusiveMaximum)}`]);
  }
  if (minimum !== undefined && compareValues(value, minimum) < 0) {
    faults.push(["number_gte", `Must be greater than or equal to ${bound(minimum)}`]);
  }
  if (exclusiveMinimum !== undefined && compareValues(value, exclusiveMinimum) <= 0) {
    faults.push(["number_gt", `Must be greater than ${bound(exclusiveMinimum)}`]);
  }
  return faults;
}

// As decimals: 0.3 is a multiple of 0.1.
function isMultiple(value: RegoNumber, of: RegoNumber): boolean {
  const [a, b] = [decimal(value), decimal(of)];
  const scale = Math.max(a.scale, b.scale);
  const dividend = a.digits * 10n ** BigInt(scale - a.scale);
  return dividend % (b.digits * 10n ** BigInt(scale - b.scale)) === 0n;
}

function decimal(value: RegoNumber): { readonly digits: bigint; readonly scale: number } {
  const [mantissa, exponent] = numberText(value).split("e") as [string, string | undefined];
  const [whole, fraction = ""] = mantissa.split(".") as [string, string | undefined];
  const digits = BigInt(whole + fraction);
  const scale = fraction.length - Number(exponent ?? 0);
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale };
}

function bound(value: RegoNumber): string {
  return floatText(Number(value));
}
