import type { Problem } from '../../services/api/schemas/common.ts';

/** A refused or failed request: the API's problem+json, or `code` `network` where no answer came. */
export class ApiProblem extends Error {
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly code: string;
  readonly detail: string;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.title ?? 'request failed');
    this.name = 'ApiProblem';
    this.status = status;
    this.code = problem.code ?? (status === 0 ? 'network' : 'unknown');
    this.detail = problem.detail ?? '';
  }
}
