import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ImportResult } from '../../../services/api/schemas/registry-exchange.ts';
import { ApiProblem } from '../../api-client/api-problem.ts';
import { request } from '../../api-client/request.ts';

/** How far an import is. */
export type ImportState =
  | { step: 'none' }
  | { step: 'checking' | 'importing'; file: File }
  | { step: 'checked' | 'done'; file: File; result: ImportResult }
  | { step: 'failed'; file: File; problem: ApiProblem };

/** Checks a file against the registry, and imports it once nothing is wrong with it. */
export function useImport(): {
  state: ImportState;
  check: (file: File) => Promise<void>;
  bringIn: (file: File) => Promise<void>;
  forget: () => void;
} {
  const { i18n } = useTranslation();
  const client = useQueryClient();
  const [state, setState] = useState<ImportState>({ step: 'none' });
  const lang = i18n.language.startsWith('zh') ? 'zh' : 'en';
  const send = (file: File, dryRun: 0 | 1): Promise<ImportResult> => {
    const body = new FormData();
    body.append('file', file);
    return request<ImportResult>('POST', '/registry/import', { params: { dryRun, lang }, body });
  };
  const check = async (file: File): Promise<void> => {
    setState({ step: 'checking', file });
    try {
      setState({ step: 'checked', file, result: await send(file, 1) });
    } catch (thrown) {
      setState({ step: 'failed', file, problem: problemOf(thrown) });
    }
  };
  const bringIn = async (file: File): Promise<void> => {
    setState({ step: 'importing', file });
    try {
      const result = await send(file, 0);
      setState({ step: 'done', file, result });
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    } catch (thrown) {
      const problem = problemOf(thrown);
      // Somebody changed the registry since it was checked: what is wrong now is listed as before.
      if (problem.code === 'import-refused') await check(file);
      else setState({ step: 'failed', file, problem });
    }
  };
  return { state, check, bringIn, forget: () => setState({ step: 'none' }) };
}

function problemOf(thrown: unknown): ApiProblem {
  // A file that was changed on disk since it was chosen cannot be read any more.
  return thrown instanceof ApiProblem ? thrown : new ApiProblem(0, { detail: String(thrown) });
}
