export { createEnforcer } from "./enforcement/create-enforcer.ts";
