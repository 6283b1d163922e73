import { ApiProblem } from '../../api-client/api-problem.ts';

/** The mapping that a text says. Throws a problem at the field `mapping` where it is no JSON. */
export function parseMapping(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new ApiProblem(400, { code: 'bad-request', detail: `mapping: ${why}` });
  }
}
