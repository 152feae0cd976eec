import { answerCases } from "./approval-channel-answers.ts";
import type { ApprovalChannelCase } from "./approval-channel-case.ts";
import { misuseCases } from "./approval-channel-misuse.ts";
import { questionCases } from "./approval-channel-questions.ts";

/** Every rule of the port ApprovalChannel, for the author of an implementation. */
export const approvalChannelCases: readonly ApprovalChannelCase[] = [
  ...questionCases,
  ...answerCases,
  ...misuseCases,
];
