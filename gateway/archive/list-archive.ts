import type { SpoolIo } from '../spool/spool-io.ts';
import { parseArchiveName, type ArchiveFile } from './archive-format.ts';

/** The files of an archive by rising position; none where the folder does not exist. */
export async function listArchive(folder: string, io: Pick<SpoolIo, 'list'>): Promise<ArchiveFile[]> {
  const names = await io.list(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .map(parseArchiveName)
    .filter((file) => file !== undefined)
    .sort((a, b) => a.from - b.from || a.to - b.to);
}
