import { parentPort, workerData } from 'node:worker_threads';

import { bug } from '../../domain/errors.ts';
import { answerImport, type ImportJob } from '../../services/exchange/answer-import.ts';
import { exportRegistry, type ExchangeFile, writeTemplate } from '../../services/exchange/export-registry.ts';
import { openRegistry, type RegistryPlace } from '../open-registry.ts';
import { createRpc } from '../rpc/rpc.ts';

// Reading a city's workbook and comparing it with the registry takes seconds and hundreds of megabytes: here, with a
// connection of its own, so that nobody else waits for it.
const db = await openRegistry(workerData as RegistryPlace);
createRpc(parentPort ?? bug('imports run in a worker thread'), {
  exchange: {
    import: (job: ImportJob) => answerImport(db, job),
    export: (file: string, what: ExchangeFile) => exportRegistry(db, file, what),
    template: (file: string, what: ExchangeFile) => writeTemplate(db, file, what),
    close: () => db.destroy(),
  },
});
