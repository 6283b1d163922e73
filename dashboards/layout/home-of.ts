import type { Session } from '../../services/api/schemas/session.ts';

/** The page a session begins on: its own institution, or the overview of its region. */
export function homeOf(session: Session): string {
  return session.role === 'institution' && session.institutionId !== null
    ? `/institutions/${encodeURIComponent(session.institutionId)}`
    : '/overview';
}
