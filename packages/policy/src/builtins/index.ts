import { aggregateBuiltins } from "./aggregates.ts";
import { arithmeticBuiltins } from "./arithmetic.ts";
import { arrayBuiltins } from "./arrays.ts";
import { bitBuiltins } from "./bits.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { castBuiltins } from "./casts.ts";
import { cidrBuiltins } from "./cidr.ts";
import { comparisonBuiltins } from "./comparison.ts";
import { encodingBuiltins } from "./encoding.ts";
import { integerTextBuiltins } from "./format/integer-text.ts";
import { sprintfBuiltins } from "./format/sprintf.ts";
import { templateStringBuiltins } from "./format/template-string.ts";
import { graphBuiltins } from "./graph.ts";
import { hashBuiltins } from "./hashes.ts";
import { jsonBuiltins } from "./json.ts";
import { jwtBuiltins } from "./jwt/index.ts";
import { membershipBuiltins } from "./membership.ts";
import { numberRangeBuiltins } from "./number-range.ts";
import { objectBuiltins } from "./object.ts";
import { observerBuiltins } from "./observers.ts";
import { globBuiltins } from "./regex/glob.ts";
import { privateKeyBuiltins } from "./private-keys.ts";
import { regexBuiltins } from "./regex/regex.ts";
import { schemaBuiltins } from "./schema/index.ts";
import { semverBuiltins } from "./semver.ts";
import { setBuiltins } from "./sets.ts";
import { letterCaseBuiltins } from "./text/letter-case.ts";
import { textPartBuiltins } from "./text/text-parts.ts";
import { textReplaceBuiltins } from "./text/text-replace.ts";
import { textSearchBuiltins } from "./text/text-search.ts";
import { textTrimBuiltins } from "./text/text-trim.ts";
import { timeBuiltins } from "./time/index.ts";
import { typeCheckBuiltins } from "./type-checks.ts";
import { unitBuiltins } from "./units.ts";
import { urlBuiltins } from "./url.ts";
import { uuidBuiltins } from "./uuid.ts";
import { walkBuiltins } from "./walk.ts";
import { yamlBuiltins } from "./yaml/index.ts";

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
    globBuiltins,
    graphBuiltins,
    hashBuiltins,
    integerTextBuiltins,
    jsonBuiltins,
    jwtBuiltins,
    letterCaseBuiltins,
    membershipBuiltins,
    numberRangeBuiltins,
    objectBuiltins,
    observerBuiltins,
    privateKeyBuiltins,
    regexBuiltins,
    schemaBuiltins,
    semverBuiltins,
    setBuiltins,
    sprintfBuiltins,
    templateStringBuiltins,
    textPartBuiltins,
    textReplaceBuiltins,
    textSearchBuiltins,
    textTrimBuiltins,
    timeBuiltins,
    typeCheckBuiltins,
    unitBuiltins,
    urlBuiltins,
    uuidBuiltins,
    walkBuiltins,
    yamlBuiltins,
  ),
);
