import type { Session } from '@/api/schema';

/** What a token may be limited to. */
export type Extent = 'all' | 'read' | 'chosen';

/** rights are what the person may do at all, as scopes: contacts:read, calls:update. */
export function rights(grants: Session['grants']): { object: string; actions: string[] }[] {
  return Object.entries(grants)
    .map(([object, actions]) => ({ object, actions: Object.keys(actions).sort(byCustom) }))
    .filter(({ actions }) => actions.length > 0)
    .sort((a, b) => a.object.localeCompare(b.object));
}

const custom = ['read', 'listen', 'create', 'update', 'delete', 'export', 'manage'];
const byCustom = (a: string, b: string) => custom.indexOf(a) - custom.indexOf(b);

/** scopesOf gives what the server is told; none are all rights. */
export function scopesOf(extent: Extent, chosen: string[], grants: Session['grants']): string[] {
  if (extent === 'all') return [];
  if (extent === 'chosen') return [...chosen].sort();
  return rights(grants).flatMap(({ object, actions }) => actions.filter((a) => a === 'read' || a === 'listen').map((a) => `${object}:${a}`));
}
