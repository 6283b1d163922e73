/** What the API found wrong: at fields that the form has, and the rest. */
export interface FoundProblems {
  fields: { name: string; message: string }[];
  rest: string;
}

const ISSUE = /^([A-Za-z]\w*)((?:\.\w+)*): (.*)$/s;

/**
 * Sorts a problem's detail (`areaM2: must be above 0; name: is missing`) to the fields it names. A sentence may hold
 * `; ` itself: what names no field of the form belongs to what stands before it.
 */
export function problemsAtFields(detail: string, known: readonly string[]): FoundProblems {
  const pieces: { name: string; message: string }[] = [];
  for (const text of detail.split('; ')) {
    const [, name = '', path = '', message = ''] = ISSUE.exec(text) ?? [];
    if (known.includes(name)) {
      pieces.push({ name, message: path === '' ? message : `${path.slice(1)}: ${message}` });
    } else if (pieces.length === 0 || ISSUE.test(text)) {
      pieces.push({ name: '', message: text });
    } else {
      pieces[pieces.length - 1]!.message += `; ${text}`;
    }
  }
  return {
    fields: pieces.filter(({ name }) => name !== ''),
    rest: pieces
      .filter(({ name }) => name === '')
      .map(({ message }) => message)
      .join('; '),
  };
}
