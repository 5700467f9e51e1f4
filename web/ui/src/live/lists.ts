import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';

interface Page<T> {
  items: T[];
  next?: string;
}
type List<T> = InfiniteData<Page<T>> | Page<T>;

/**
 * inLists puts the newer picture of a thing in place of the older in every loaded list
 * below a key; where it should stand when it is new, only the server knows. What kept
 * gives stays of the older.
 */
export function inLists<T extends { id: string }>(cache: QueryClient, queryKey: QueryKey, newer: T, kept?: (older: T) => Partial<T>) {
  cache.setQueriesData<List<T>>({ queryKey }, (list) => mapPages(list, (items) => replaced(items, newer, kept)));
}

/** fromLists takes a thing out of every loaded list below a key. */
export function fromLists(cache: QueryClient, queryKey: QueryKey, id: string) {
  cache.setQueriesData<List<{ id: string }>>({ queryKey }, (list) => mapPages(list, (items) => dropped(items, id)));
}

/** inAnyList gives a thing as a loaded list below a key has it. */
export function inAnyList(cache: QueryClient, queryKey: QueryKey, id: string): { id: string } | undefined {
  return cache
    .getQueriesData<List<{ id: string }>>({ queryKey })
    .flatMap(([, list]) => (!list ? [] : 'pages' in list ? list.pages.flatMap((page) => page.items) : list.items))
    .find((x) => x.id === id);
}

/** mapPages changes the items of all pages; nothing changed: the very same list. */
function mapPages<T>(list: List<T> | undefined, change: (items: T[], page: number) => T[]): List<T> | undefined {
  if (!list) return list;
  if (!('pages' in list)) {
    const items = change(list.items, 0);
    return items === list.items ? list : { ...list, items };
  }
  const pages = list.pages.map((page, n) => {
    const items = change(page.items, n);
    return items === page.items ? page : { ...page, items };
  });
  return pages.every((page, n) => page === list.pages[n]) ? list : { ...list, pages };
}

export const replaced = <T extends { id: string }>(items: T[], newer: T, kept?: (older: T) => Partial<T>): T[] =>
  items.some((x) => x.id === newer.id) ? items.map((x) => (x.id === newer.id ? { ...newer, ...kept?.(x) } : x)) : items;

export const dropped = <T extends { id: string }>(items: T[], id: string): T[] => (items.some((x) => x.id === id) ? items.filter((x) => x.id !== id) : items);
