/** Ids in one statement; more of them go into further statements of the same request. */
const IDS_PER_STATEMENT = 200;

/** A string as InfluxQL writes it. */
export function text(value: string): string {
  return `'${value.replace(/[\\']/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}'`;
}

/** A name of a database or measurement as InfluxQL writes it. */
export function identifier(name: string): string {
  return `"${name.replace(/[\\"]/g, String.raw`\$&`)}"`;
}

/** The condition [fromMs, toMs). */
export function within(fromMs: number, toMs: number): string {
  return `time >= ${fromMs}ms AND time < ${toMs}ms`;
}

/** Conditions that together cover all ids by a tag, in the order of the ids. */
export function oneOf(tag: string, ids: readonly string[]): string[] {
  const ordered = ids.toSorted();
  const conditions: string[] = [];
  for (let from = 0; from < ordered.length; from += IDS_PER_STATEMENT) {
    const part = ordered.slice(from, from + IDS_PER_STATEMENT);
    conditions.push(`(${part.map((id) => `${tag} = ${text(id)}`).join(' OR ')})`);
  }
  return conditions;
}
