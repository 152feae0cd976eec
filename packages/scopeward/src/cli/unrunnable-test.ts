/** A test that the shipped evaluator cannot run, and why. */
export interface UnrunnableTest {
  readonly package: string;
  readonly name: string;
  readonly reason: string;
}
