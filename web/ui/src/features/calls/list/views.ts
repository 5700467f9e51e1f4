import { type CallFilter, readFilter } from './filter';

/** A filter that somebody gave a name, kept on this computer. */
export interface View {
  name: string;
  filter: CallFilter;
}

const place = 'callcard.calls.views';

export function readViews(): View[] {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? '[]') as { name: string; filter: Record<string, unknown> }[];
    return kept.map(({ name, filter }) => ({ name: String(name), filter: readFilter(filter) }));
  } catch {
    return []; // somebody else wrote there
  }
}

export function keepViews(views: View[]): View[] {
  localStorage.setItem(place, JSON.stringify(views));
  return views;
}

/** withView puts a view in place of one of the same name, or behind the others. */
export function withView(views: View[], view: View): View[] {
  return views.some((v) => v.name === view.name) ? views.map((v) => (v.name === view.name ? view : v)) : [...views, view];
}
