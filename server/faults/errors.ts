/** What can be wrong with a rule, or with what was expected of it. */

export interface SpecProblem {
  /** `when.times`; `''` for the rule as a whole. */
  readonly path: string;
  readonly detail: string;
}

/** The rule says something that cannot be, or that would be without effect. Nothing was added. */
export class FaultSpecError extends Error {
  override readonly name = 'FaultSpecError';
  readonly problems: readonly SpecProblem[];

  constructor(problems: readonly SpecProblem[]) {
    const said = problems.map(({ path, detail }) =>
      path === '' ? `the rule ${detail}` : `"${path}" ${detail}`,
    );
    super(`This fault rule is not valid: ${said.join('; ')}.`);
    this.problems = problems;
  }
}

/** There are as many as there may be. */
export class TooManyFaultsError extends Error {
  override readonly name = 'TooManyFaultsError';
}

/** A rule was expected to fire and did not, or not often enough. */
export class FaultNotFiredError extends Error {
  override readonly name = 'FaultNotFiredError';
  readonly fault: string;
  readonly hitCount: number;
  readonly wanted: number;

  constructor(
    about: { readonly fault: string; readonly hitCount: number; readonly wanted: number },
    text: string,
  ) {
    super(text);
    this.fault = about.fault;
    this.hitCount = about.hitCount;
    this.wanted = about.wanted;
  }
}
