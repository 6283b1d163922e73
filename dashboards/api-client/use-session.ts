import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';

import type { Session } from '../../services/api/schemas/session.ts';
import { ApiProblem } from './api-problem.ts';
import { request } from './request.ts';

/** Who is logged in; null where nobody is. */
export function useSession(): UseQueryResult<Session | null> {
  return useQuery({
    queryKey: ['session'],
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }) => {
      try {
        return await request<Session>('GET', '/session', { signal });
      } catch (thrown) {
        if (thrown instanceof ApiProblem && thrown.status === 401) return null;
        throw thrown;
      }
    },
  });
}

/** Logs in; what an earlier session had loaded is forgotten. */
export function useLogin(): UseMutationResult<Session, Error, { username: string; password: string }> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body) => request<Session>('POST', '/session', { body }),
    onSuccess: (session) => {
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      client.setQueryData(['session'], session);
    },
  });
}

/** Logs out, and forgets everything that was loaded. */
export function useLogout(): UseMutationResult<void, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>('DELETE', '/session'),
    onSettled: () => {
      client.setQueryData(['session'], null);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    },
  });
}
