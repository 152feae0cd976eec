import { aggregateBuiltins } from "./aggregates.ts";
import { arithmeticBuiltins } from "./arithmetic.ts";
import { arrayBuiltins } from "./arrays.ts";
import { bitBuiltins } from "./bits.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { castBuiltins } from "./casts.ts";
import { cidrBuiltins } from "./cidr.ts";
import { comparisonBuiltins } from "./comparison.ts";
import { encodingBuiltins } from "./encoding.ts";
import { graphBuiltins } from "./graph.ts";
import { hashBuiltins } from "./hashes.ts";
import { jsonBuiltins } from "./json.ts";
import { jwtBuiltins } from "./jwt/index.ts";
import { membershipBuiltins } from "./membership.ts";
import { numberRangeBuiltins } from "./number-range.ts";
import { objectBuiltins } from "./object.ts";
import { setBuiltins } from "./sets.ts";
import { timeBuiltins } from "./time/index.ts";
import { typeCheckBuiltins } from "./type-checks.ts";
import { urlBuiltins } from "./url.ts";
import { uuidBuiltins } from "./uuid.ts";

/**
 * OPA's builtins under OPA's names, with the semantics of OPA under `--strict-builtin-errors`: what
 * fails throws. A null prototype, so that no name reaches `Object.prototype`.
 */
export const builtins: Readonly<Record<string, BuiltinFunction>> = Object.freeze(
  Object.assign(
    Object.create(null) as Record<string, BuiltinFunction>,
    aggregateBuiltins,
    arithmeticBuiltins,
    arrayBuiltins,
    bitBuiltins,
    castBuiltins,
    cidrBuiltins,
    comparisonBuiltins,
    encodingBuiltins,
    graphBuiltins,
    hashBuiltins,
    jsonBuiltins,
    jwtBuiltins,
    membershipBuiltins,
    numberRangeBuiltins,
    objectBuiltins,
    setBuiltins,
    timeBuiltins,
    typeCheckBuiltins,
    urlBuiltins,
    uuidBuiltins,
  ),
);
