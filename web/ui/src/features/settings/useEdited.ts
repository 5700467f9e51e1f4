import { getRouteApi, useNavigate } from '@tanstack/react-router';

const route = getRouteApi('/_app/settings');

/** What stands in the address of a settings page. */
export interface EditedSearch {
  /** Id of what is edited, or "new". */
  edit?: string;
}

/** useEdited keeps in the address what is edited, so that it can be linked to and Back closes it. */
export function useEdited() {
  const { edit } = route.useSearch();
  const navigate = useNavigate();
  const go = (next?: string) => void navigate({ to: '.', search: next === undefined ? {} : { edit: next } });
  return { edit, open: (id: string) => go(id), add: () => go('new'), close: () => go() };
}
