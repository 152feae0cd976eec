import { RegoObject, type RegoValue } from "../../rego/value.ts";

/** The keys and indices that lead to a value. */
export type Path = readonly string[];

/** What is found wrong with a value, with OPA's score of how near it came. */
export class ValidationReport {
  readonly #errors: RegoValue[] = [];
  #score = 0;

  get errors(): readonly RegoValue[] {
    return this.#errors;
  }

  get isValid(): boolean {
    return this.#errors.length === 0;
  }

  get score(): number {
    return this.#score;
  }

  /** Notes a fault of the value at `path`, in the words of OPA's library. */
  fault(path: Path, type: string, description: string): void {
    const field = fieldName(path);
    this.#errors.push(
      RegoObject.of([
        ["desc", description],
        ["error", `${field}: ${description}`],
        ["field", field],
        ["type", type],
      ]),
    );
    this.#score -= 2;
  }

  /** Takes over another report. */
  merge(other: ValidationReport): void {
    for (const error of other.#errors) this.#errors.push(error);
    this.#score += other.#score;
  }

  /** One step further in the schema. */
  step(): void {
    this.#score += 1;
  }
}

/** The value's place as errors show it. */
export function fieldName(path: Path): string {
  return path.length === 0 ? "(Root)" : path.join(".");
}

/** Of reports that all found faults, the first of those that came nearest. */
export function nearest(reports: readonly ValidationReport[]): ValidationReport | undefined {
  let best = reports[0];
  for (const report of reports) if (best === undefined || report.score > best.score) best = report;
  return best;
}
