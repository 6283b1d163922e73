import type { JSX } from 'react';
import { Link } from 'react-router';

import { useInstitutions } from '../../api-client/use-institutions.ts';

/** The name of an institution, leading to what the registry has of it. */
export function InstitutionName({ id }: { id: string }): JSX.Element {
  const institutions = useInstitutions();
  const name = institutions.data?.find((one) => one.id === id)?.name ?? id;
  return <Link to={`/registry/institutions/${encodeURIComponent(id)}`}>{name}</Link>;
}
