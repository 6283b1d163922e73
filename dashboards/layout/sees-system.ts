import type { Session } from '../../services/api/schemas/session.ts';

/** Whether the session runs the platform: quarantine holds messages of every institution. */
export function seesSystem(session: Session): boolean {
  return session.role === 'admin' || session.role === 'bureau';
}
