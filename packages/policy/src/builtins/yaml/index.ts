import { BuiltinError } from "../builtin-error.ts";
import type { BuiltinFunction } from "../builtin-function.ts";
import { stringOperand } from "../operands.ts";
import { readYaml } from "./read-yaml.ts";
import { writeYaml } from "./write-yaml.ts";

/** `yaml.*`. */
export const yamlBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "yaml.marshal": writeYaml,
  "yaml.unmarshal": (text) => readYaml(stringOperand(text, 1)),
  "yaml.is_valid": (text) => {
    if (typeof text !== "string") return false;
    try {
      readYaml(text);
      return true;
    } catch (error) {
      if (error instanceof BuiltinError) return false;
      throw error;
    }
  },
};
