import { parentPort } from 'node:worker_threads';

import { bug } from '../../domain/errors.ts';
import { renderDocx } from '../../services/reports/render/render-docx.ts';
import { renderXlsx } from '../../services/reports/render/render-xlsx.ts';
import { createRpc } from '../rpc/rpc.ts';

createRpc(parentPort ?? bug('rendering runs in a worker thread'), { render: { docx: renderDocx, xlsx: renderXlsx } });
