import { createFileRoute, Outlet } from '@tanstack/react-router';
import { SettingsFrame } from '@/features/settings/SettingsFrame';
import type { EditedSearch } from '@/features/settings/useEdited';

export const Route = createFileRoute('/_app/settings')({
  validateSearch: (search: Record<string, unknown>): EditedSearch => (typeof search.edit === 'string' && search.edit ? { edit: search.edit } : {}),
  component: () => (
    <SettingsFrame>
      <Outlet />
    </SettingsFrame>
  ),
});
