export type { AdapterCase } from "./conformance/adapter-case.ts";
export { adapterCases } from "./conformance/adapter-cases.ts";
export type { PlannedCase } from "./conformance/adapter-plan.ts";
export { planAdapterCases } from "./conformance/adapter-plan.ts";
export type {
  AdapterHarness,
  AdapterSession,
  AdapterSkip,
  Between,
  CallReport,
  Capability,
  Identity,
  ModelReport,
  ModelRun,
  ModelSpec,
  ResumedCall,
  ScriptedCall,
  Stage,
  ToolParameter,
  ToolSpec,
  ToolSurroundings,
  Turn,
} from "./conformance/harness.ts";
