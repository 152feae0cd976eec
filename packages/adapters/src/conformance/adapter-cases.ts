import { approvalCases } from "./approval-cases.ts";
import type { AdapterCase } from "./adapter-case.ts";
import { auditCases } from "./audit-cases.ts";
import { decidingCases } from "./deciding-cases.ts";
import { faultCases } from "./fault-cases.ts";
import { interferenceCases } from "./interference-cases.ts";
import { modelCases } from "./model-cases.ts";
import { redactionCases } from "./redaction-cases.ts";
import { runningCases } from "./running-cases.ts";
import { unchangedCases } from "./unchanged-cases.ts";

/** Every rule that an adapter keeps, for the author of one. */
export const adapterCases: readonly AdapterCase[] = [
  ...decidingCases,
  ...redactionCases,
  ...faultCases,
  ...approvalCases,
  ...interferenceCases,
  ...runningCases,
  ...unchangedCases,
  ...auditCases,
  ...modelCases,
];
