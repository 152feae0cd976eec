import type { Obligation } from "@scopeward/core";
import { defineObligation } from "../obligation.ts";
import type { AfterObligation, ObligationDuty, ObligationReport } from "../obligation.ts";
import { FieldPaths } from "./field-paths.ts";
import { ObligationError } from "./obligation-error.ts";
import { pointerList } from "./pointer-list.ts";
import { maxRedactedSize, Redaction } from "./redaction.ts";
import type { RedactionRules } from "./redaction.ts";
import { TextPattern } from "./text-pattern.ts";

/**
 * `{"type": "redact_result", "fields": ["/email"]}`, or `"pattern"` with `"replacement"` (`[redacted]`
 * where absent), or both.
 *
 * - A field is a JSON pointer that begins anywhere in the result: `/email` is every member `email`,
 *   `/owner/email` is `email` below any `owner`. Arrays are looked into, and a number also names an
 *   element of one, which becomes null. Names are compared exactly, case included.
 * - The pattern (RE2) is replaced in every text, in the names of members, and in numbers, which become
 *   texts. It sees one of them at a time.
 * - A text that is JSON is redacted inside and written again without white space. Where fields are to
 *   go, a result that is a text but no JSON is withheld, and so is one with a member that has JSON with
 *   such a name among other text. What is neither text, array nor object has no fields.
 * - What is not plain JSON (an instance of a class, a getter, a proxy), nested deeper than 256 or larger
 *   than 16 Mi characters is withheld. A member that is `undefined` stays so.
 * - In a stream, texts are pieces of one text: they are held until it ends, or another item comes, and
 *   come as one. Every other item is redacted by itself: a match that is cut by the border between two
 *   objects is not found; one that an object cuts in a text ends the stream.
 *
 * It reports `{removed, replaced}`: how many members and elements, and how many matches.
 */
export const redactResult: AfterObligation<"redact_result"> = defineObligation({
  type: "redact_result",
  phase: "after",
  parameters: {
    type: "object",
    properties: {
      fields: pointerList,
      pattern: { type: "string", minLength: 1, maxLength: 1024 },
      replacement: { type: "string", maxLength: 256 },
    },
    minProperties: 1,
    dependentRequired: { replacement: ["pattern"] },
    additionalProperties: false,
  },
  transform: async (value, { obligation, signal }) => {
    signal.throwIfAborted();
    const redaction = new Redaction(await rulesOf(obligation));
    return { value: redaction.of(value), report: reportOf(redaction) };
  },
  transformStream: redactStream,
});

async function* redactStream(
  stream: AsyncIterable<unknown>,
  { obligation, signal }: ObligationDuty,
  report: (done: ObligationReport) => void,
): AsyncGenerator {
  let text: StreamedText | undefined;
  try {
    for await (const item of stream) {
      signal.throwIfAborted();
      // Inside of the loop, so that rules that make no sense end the source as well.
      text ??= new StreamedText(await rulesOf(obligation));
      if (typeof item === "string") {
        text.hold(item);
      } else {
        yield* text.release();
        yield text.redaction.of(item);
      }
    }
    if (text !== undefined) yield* text.release();
  } finally {
    if (text !== undefined) report(reportOf(text.redaction));
  }
}

class StreamedText {
  readonly redaction: Redaction;
  readonly #pattern: TextPattern | undefined;
  #held = "";
  #before = "";

  constructor(rules: RedactionRules) {
    this.redaction = new Redaction(rules);
    this.#pattern = rules.pattern;
  }

  hold(piece: string): void {
    this.#held += piece;
    if (this.#held.length > maxRedactedSize) {
      throw new ObligationError("too_large", "the streamed text is too large to be redacted");
    }
  }

  *release(): Generator<string> {
    const [before, text] = [this.#before, this.#held];
    if (text === "") return;
    if (this.#replace(before + text) !== this.#replace(before) + this.#replace(text)) {
      throw new ObligationError("not_json", "what the pattern matches is cut by another item");
    }
    [this.#before, this.#held] = [text, ""];
    yield this.redaction.of(text) as string;
  }

  #replace(text: string): string {
    return this.#pattern?.replace(text).text ?? text;
  }
}

async function rulesOf(obligation: Obligation): Promise<RedactionRules> {
  const { fields, pattern, replacement } = obligation as Obligation & {
    readonly fields?: readonly string[];
    readonly pattern?: string;
    readonly replacement?: string;
  };
  return {
    ...(fields === undefined ? {} : { fields: new FieldPaths(fields) }),
    ...(pattern === undefined
      ? {}
      : { pattern: await TextPattern.of(pattern, replacement ?? "[redacted]") }),
  };
}

function reportOf({ removed, replaced }: Redaction): ObligationReport {
  return { removed, replaced };
}
