/** One thing wrong with a request, as the validator names it. */
export interface ValidationIssue {
  keyword: string;
  /** `/areaM2` */
  instancePath: string;
  message?: string;
  params: Record<string, unknown>;
}

const INSTANT =
  'give an instant as RFC 3339 with an offset, such as 2026-01-01T00:00:00+08:00, or as epoch milliseconds';

/** Says in words which field is wrong and what to put there. */
export function wordsOfIssue(context: string, issue: ValidationIssue): string {
  const field = issue.instancePath.split('/').filter(Boolean).join('.') || context;
  const { params } = issue;
  const message = issue.message ?? '';
  switch (issue.keyword) {
    case 'invalid_type': {
      const expected = String(params['expected']);
      if (message.endsWith('received undefined')) return `${field}: is missing; give a value of type ${expected}`;
      return `${field}: must be of type ${expected}`;
    }
    case 'invalid_value': {
      const values = Array.isArray(params['values']) ? params['values'].join(', ') : '';
      return `${field}: must be one of ${values}`;
    }
    case 'invalid_union':
      return field === 'from' || field === 'to' ? `${field}: ${INSTANT}` : `${field}: ${message}`;
    case 'too_small':
    case 'too_big':
      return `${field}: ${message.replace(/^Too (small|big): expected \w+ to (be|have) /, (_all, _size, verb) => `must ${verb} `)}`;
    default:
      return `${field}: ${message}`;
  }
}
