/** The module of a worker beside this file: TypeScript where the caller runs from source, JavaScript where built. */
export function workerModule(name: 'pipeline-worker' | 'render-worker' | 'import-worker', caller: string): URL {
  return new URL(`${name}.${caller.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
}
