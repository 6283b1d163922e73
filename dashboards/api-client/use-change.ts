import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult } from '@tanstack/react-query';

import { request } from './request.ts';
import type { QueryParams } from './request.ts';

/** A change of the registry, as the API takes it. */
export interface ChangeRequest {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  params?: QueryParams;
  body?: unknown;
}

/** Sends changes; what is shown anywhere is asked for anew behind each, since most pages show something of the registry. */
export function useChange<T = unknown>(): UseMutationResult<T, Error, ChangeRequest> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ method, path, params, body }) => request<T>(method, path, { params, body }),
    onSuccess: () => {
      // Not waited for: the form closes at once.
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    },
  });
}
