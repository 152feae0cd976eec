export { AdapterError } from "./adapter-error.ts";
export type { AdapterErrorCode } from "./adapter-error.ts";
export type { GuardOptions, ToolGuardOptions } from "./ai-sdk/guard-options.ts";
export { guardModel } from "./ai-sdk/guard-model.ts";
export { guardTools } from "./ai-sdk/guard-tools.ts";
export { prepareStep } from "./ai-sdk/prepare-step.ts";
export type { StepOptions } from "./ai-sdk/prepare-step.ts";
export { approvalIn, toolApproval } from "./ai-sdk/tool-approval.ts";
export type { ApprovalQuestion } from "./ai-sdk/tool-approval.ts";
