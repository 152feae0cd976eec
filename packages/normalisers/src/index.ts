export { httpNormaliser } from "./http-normaliser.ts";
export { sqlNormaliser } from "./sql-normaliser.ts";
