/** moved gives the list with the item at `from` at the place `to`. */
export function moved<T>(list: T[], from: number, to: number): T[] {
  const place = Math.max(0, Math.min(list.length - 1, to));
  if (from === place || from < 0 || from >= list.length) return list;
  const rest = list.filter((_, i) => i !== from);
  return [...rest.slice(0, place), list[from]!, ...rest.slice(place)];
}

/** placeAt is the place in a list of rows for a pointer at `y`; `middles` are those of the rows. */
export function placeAt(middles: number[], y: number, from: number): number {
  return middles.filter((middle, i) => i !== from && middle < y).length;
}
