import { ID_PATTERN } from '../../domain/ids.ts';
import type { Directory } from '../directory.ts';
import type { Principal } from './acl.ts';
import type { ClientOwners } from './client-owners.ts';
import { tokenMatches } from './credentials.ts';
import { MAX_CLIENT_ID_CHARACTERS } from './limits/broker-limits.ts';
import type { RefusalReason } from './refusals.ts';

/** A CONNECT, as far as it says who is there. */
export interface Attempt {
  clientId: string;
  hasMadeUpId: boolean;
  isCleanSession: boolean;
  username: string | undefined;
  password: Uint8Array | undefined;
  /** Of the other end of the socket. */
  address: string;
}

/** What {@link admit} needs. */
export interface AdmissionOptions {
  directory: Directory;
  owners: ClientOwners;
  /** The collector that clients without a user name speak for, where they come from this machine. */
  anonymousAs: string | undefined;
}

/** Who a client is, with the hash of the token it showed (none: anonymous), or why it may not be. */
export type Admission =
  | { ok: true; principal: Principal; tokenHash: string | undefined }
  /** `isStranger`: nobody has registered the user, who could be. */
  | { ok: false; reason: RefusalReason; isStranger?: boolean };

/** Looks up who a client is. Rejects where the owner of the client id could not be looked up. */
export async function admit(attempt: Attempt, options: AdmissionOptions): Promise<Admission> {
  const { clientId, hasMadeUpId } = attempt;
  const isAnonymous = attempt.username === undefined && attempt.password === undefined;
  const user = isAnonymous ? anonymousUser(attempt, options) : knownUser(attempt, options.directory);
  if (user === undefined) {
    if (isAnonymous) return { ok: false, reason: 'anonymous' };
    const refused = { ok: false, reason: 'bad-credentials' } as const;
    return isStranger(attempt, options.directory) ? { ...refused, isStranger: true } : refused;
  }
  // An id that the broker makes up is another one after each connecting: its session would wait for ever (3.1.3-8).
  const isValid = hasMadeUpId ? attempt.isCleanSession : clientId.length <= MAX_CLIENT_ID_CHARACTERS;
  if (!isValid) return { ok: false, reason: 'client-id-invalid' };
  if (!hasMadeUpId && !(await options.owners.claim(clientId, user))) return { ok: false, reason: 'client-id-taken' };
  const readable = options.directory.readableBy(user);
  return {
    ok: true,
    tokenHash: isAnonymous ? undefined : options.directory.tokenHashOf(user),
    principal:
      readable === undefined ? { kind: 'collector', id: user } : { kind: 'reader', id: user, institutions: readable },
  };
}

function knownUser({ username = '', password }: Attempt, directory: Directory): string | undefined {
  const hash = ID_PATTERN.test(username) ? directory.tokenHashOf(username) : undefined;
  // An unknown user costs the same as a wrong password.
  const matches = tokenMatches(password ?? new Uint8Array(), hash ?? '0'.repeat(64));
  return hash !== undefined && matches ? username : undefined;
}

function isStranger({ username = '' }: Attempt, directory: Directory): boolean {
  return ID_PATTERN.test(username) && directory.tokenHashOf(username) === undefined;
}

function anonymousUser({ address }: Attempt, { anonymousAs, directory }: AdmissionOptions): string | undefined {
  if (anonymousAs === undefined || !isLoopback(address)) return undefined;
  const isCollector =
    directory.tokenHashOf(anonymousAs) !== undefined && directory.readableBy(anonymousAs) === undefined;
  return isCollector ? anonymousAs : undefined;
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
