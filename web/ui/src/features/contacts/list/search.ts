/** What the address of the list holds, so that a link to it shows the same. */
export interface ListSearch {
  q?: string;
  kind?: (typeof kinds)[number];
  type?: (typeof types)[number];
  /** mine: only one's own. */
  owner?: 'mine';
  sort?: (typeof sorts)[number];
  /** The dialog for a new card is open. */
  new?: true;
}

export const kinds = ['person', 'company'] as const;
export const types = ['client', 'supplier', 'partner', 'own'] as const;
export const sorts = ['last_touch', 'name', 'created'] as const;

/** parseListSearch keeps of an address what it may hold; the defaults are left out. */
export function parseListSearch(search: Record<string, unknown>): ListSearch {
  const among = <T extends string>(list: readonly T[], value: unknown) => list.find((x) => x === value);
  const sort = among(sorts, search.sort);
  const q = typeof search.q === 'number' ? String(search.q) : search.q; // the router reads ?q=998 as a number
  return clean({
    q: typeof q === 'string' && q.trim() ? q.slice(0, 300) : undefined,
    kind: among(kinds, search.kind),
    type: among(types, search.type),
    owner: among(['mine'] as const, search.owner),
    sort: sort === 'last_touch' ? undefined : sort,
    new: search.new === true ? true : undefined,
  });
}

/** clean drops what is undefined, so that it does not stand in the address. */
export function clean<T extends object>(x: T): T {
  return Object.fromEntries(Object.entries(x).filter(([, v]) => v !== undefined)) as T;
}

/** narrowed: something is looked for, so an empty list does not mean that there are no cards. */
export const narrowed = (s: ListSearch) => Boolean(s.q ?? s.kind ?? s.type ?? s.owner);
