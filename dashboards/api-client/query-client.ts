import { QueryCache, QueryClient } from '@tanstack/react-query';

import { ApiProblem } from './api-problem.ts';

/** The cache of answers. A session that ended (401) empties the session's entry, which leads to the login page. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiProblem && error.status === 401) queryClient.setQueryData(['session'], null);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: true,
      // A refusal stays a refusal; only a failure may pass.
      retry: (failures, error) => failures < 1 && !(error instanceof ApiProblem && error.status in REFUSALS),
    },
  },
});

const REFUSALS: Record<number, true> = { 400: true, 401: true, 403: true, 404: true, 429: true };
