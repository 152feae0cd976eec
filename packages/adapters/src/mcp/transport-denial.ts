import type { JsonObject } from "@scopeward/core";
import type { Denial } from "@scopeward/sdk";
import { errorBody, errorCode } from "./transport-message.ts";
import type { AnswerBody } from "./transport-message.ts";

/** The member of `_meta`, and of an error's `data`, in which a program finds why a call was denied. */
const denialKey = "scopeward/denial";

/**
 * A call that does not run, as a result that the model reads.
 * @param modern - whether the request was of the era from 2026-07-28 on.
 */
export function deniedToolResult(denial: Denial, modern: boolean): AnswerBody {
  return {
    result: {
      ...(modern ? { resultType: "complete" } : {}),
      content: [{ type: "text", text: denial.message }],
      isError: true,
      _meta: { [denialKey]: denialData(denial) },
    },
  };
}

/** The same for a method whose result cannot say that it is a failure. */
export function deniedError(denial: Denial): AnswerBody {
  return errorBody(errorCode.denied, denial.message, denialData(denial));
}

function denialData({ codes, missingScopes, approval }: Denial): JsonObject {
  return {
    codes,
    ...(missingScopes === undefined ? {} : { missingScopes }),
    ...(approval === undefined ? {} : { approval }),
  };
}
