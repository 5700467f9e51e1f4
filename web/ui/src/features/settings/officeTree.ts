import type { OfficeUnit } from '@/api/schema';

export interface Branch extends OfficeUnit {
  depth: number;
}

/** officeTree lists offices with those below them, each under its parent; one whose parent is not to be seen stands at the top. */
export function officeTree(all: OfficeUnit[]): Branch[] {
  const known = new Set(all.map((o) => o.name));
  const below = (parent: string | undefined, depth: number): Branch[] =>
    all
      .filter((o) => (o.parent && known.has(o.parent) ? o.parent : undefined) === parent)
      .sort((a, b) => a.name.localeCompare(b.name))
      .flatMap((o) => [{ ...o, depth }, ...below(o.name, depth + 1)]);
  return below(undefined, 0);
}

/** possibleParents are the offices that can stand above one: not itself, none below it. */
export function possibleParents(all: OfficeUnit[], name: string | undefined): string[] {
  const tree = officeTree(all);
  const at = tree.findIndex((o) => o.name === name);
  if (at < 0) return tree.map((o) => o.name);
  const end = tree.findIndex((o, i) => i > at && o.depth <= tree[at]!.depth);
  return tree.filter((_, i) => i < at || (end >= 0 && i >= end)).map((o) => o.name);
}
