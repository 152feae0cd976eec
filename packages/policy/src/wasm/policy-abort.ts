/** Why a policy instance ended: not OPA's ABI, or OPA's own word that it cannot go on. */
export class PolicyAbort extends Error {
  override readonly name = "PolicyAbort";
  readonly code: "unsupported_abi" | "aborted";

  constructor(code: PolicyAbort["code"], message: string) {
    super(message);
    this.code = code;
  }
}
