import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder: where package.json stands, whether this runs from source or built below dist. */
export const PROJECT_FOLDER = projectFolder(dirname(fileURLToPath(import.meta.url)));

/** The product's version. */
export const VERSION = (JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8')) as { version: string })
  .version;

function projectFolder(appFolder: string): string {
  const parent = dirname(appFolder);
  return parent.endsWith('dist') ? dirname(parent) : parent;
}
