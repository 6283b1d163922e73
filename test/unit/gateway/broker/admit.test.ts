import { expect, test } from 'vitest';

import { admit, type Attempt } from '../../../../gateway/broker/admit.ts';
import { hashToken } from '../../../../gateway/broker/credentials.ts';
import { createDirectory } from '../../../../gateway/directory.ts';

const directory = createDirectory();
directory.replace({
  collectors: [{ id: 'c1', tokenHash: hashToken('t1') }],
  readers: [{ id: 'r1', tokenHash: hashToken('t2'), institutions: ['i1'] }],
  meters: [],
});
const named: Attempt = {
  clientId: 'a',
  hasMadeUpId: false,
  isCleanSession: true,
  username: 'c1',
  password: Buffer.from('t1'),
  address: '10.0.0.9',
};
const nobody: Attempt = { ...named, username: undefined, password: undefined, address: '127.0.0.1' };
const spokenFor = { ok: true, principal: { kind: 'collector', id: 'c1' } };
const c1 = { ...spokenFor, tokenHash: hashToken('t1') };
const anonymous = { ok: false, reason: 'anonymous' };

for (const { name, attempt, anonymousAs, isOwner = true, want } of [
  { name: 'a collector with its token', attempt: named, want: c1 },
  {
    name: 'a reader with its token',
    attempt: { ...named, username: 'r1', password: Buffer.from('t2') },
    want: {
      ok: true,
      principal: { kind: 'reader', id: 'r1', institutions: new Set(['i1']) },
      tokenHash: hashToken('t2'),
    },
  },
  { name: "another user's token", attempt: { ...named, password: Buffer.from('t2') }, want: bad('bad-credentials') },
  {
    name: 'a user that nobody registered',
    attempt: { ...named, username: 'dtu-7' },
    want: { ...bad('bad-credentials'), isStranger: true },
  },
  {
    name: 'a user that nobody could register',
    attempt: { ...named, username: 'dtu 7' },
    want: bad('bad-credentials'),
  },
  { name: "another user's client id", attempt: named, isOwner: false, want: bad('client-id-taken') },
  {
    name: 'an id that the broker made up, whoever is said to own it',
    attempt: { ...named, hasMadeUpId: true },
    isOwner: false,
    want: c1,
  },
  {
    name: 'an id that the broker made up, with a session to keep',
    attempt: { ...named, hasMadeUpId: true, isCleanSession: false },
    want: bad('client-id-invalid'),
  },
  {
    name: 'a client id of 129 characters',
    attempt: { ...named, clientId: 'x'.repeat(129) },
    want: bad('client-id-invalid'),
  },
  { name: 'nobody, where nobody is allowed', attempt: nobody, want: anonymous },
  { name: 'nobody on loopback, where c1 is spoken for', attempt: nobody, anonymousAs: 'c1', want: spokenFor },
  { name: 'nobody on ::1', attempt: { ...nobody, address: '::1' }, anonymousAs: 'c1', want: spokenFor },
  {
    name: 'nobody on loopback, mapped to IPv6',
    attempt: { ...nobody, address: '::ffff:127.0.0.1' },
    anonymousAs: 'c1',
    want: spokenFor,
  },
  { name: 'nobody from elsewhere', attempt: { ...nobody, address: '10.0.0.9' }, anonymousAs: 'c1', want: anonymous },
  { name: 'nobody from nowhere', attempt: { ...nobody, address: '' }, anonymousAs: 'c1', want: anonymous },
  { name: 'nobody for a reader', attempt: nobody, anonymousAs: 'r1', want: anonymous },
  { name: 'nobody for a collector that is not registered', attempt: nobody, anonymousAs: 'c9', want: anonymous },
  {
    name: 'an empty user name, where nobody is allowed',
    attempt: { ...nobody, username: '' },
    anonymousAs: 'c1',
    want: bad('bad-credentials'),
  },
  {
    name: "another user's client id by nobody",
    attempt: nobody,
    anonymousAs: 'c1',
    isOwner: false,
    want: bad('client-id-taken'),
  },
]) {
  test(`admit: ${name} => ${want.ok ? 'in' : 'out'}`, async () => {
    const owners = { claim: (): Promise<boolean> => Promise.resolve(isOwner) };
    expect(await admit(attempt, { directory, owners, anonymousAs })).toEqual(want);
  });
}

function bad(reason: string): { ok: false; reason: string } {
  return { ok: false, reason };
}
