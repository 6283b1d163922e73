import { useSearchParams } from 'react-router';

/** What a list is narrowed to. */
export type AddressFilter<Name extends string> = Partial<Record<Name, string>>;

/** A list's filter, kept in the address so that it can be passed on and survives a reload. */
export function useAddressFilter<Name extends string>(
  names: readonly Name[],
): [filter: AddressFilter<Name>, narrow: (change: AddressFilter<Name>) => void] {
  const [search, setSearch] = useSearchParams();
  const filter: AddressFilter<Name> = {};
  for (const name of names) {
    const value = search.get(name);
    if (value !== null && value !== '') filter[name] = value;
  }
  const narrow = (change: AddressFilter<Name>): void => {
    const next = new URLSearchParams(search);
    for (const name of names) {
      if (!Object.hasOwn(change, name)) continue;
      const value = change[name]?.trim() ?? '';
      if (value === '') next.delete(name);
      else next.set(name, value);
    }
    setSearch(next);
  };
  return [filter, narrow];
}
