import { useSession } from '../api-client/use-session.ts';

/** Whether the session may change the registry: the city's bureau and the administrator. Others in scope only read. */
export function useMayEdit(): boolean {
  const { data } = useSession();
  return data?.role === 'admin' || data?.role === 'bureau';
}

/** Whether the session gives collectors their credentials. */
export function useMayGiveTokens(): boolean {
  return useSession().data?.role === 'admin';
}
