import { useMediaQuery } from '@mantine/hooks';
import { Navigate } from '@tanstack/react-router';
import { useSession } from '@/api/session';
import { sections } from './sections';

/** FirstSection opens the first section; on a telephone the list of sections is a page by itself. */
export function FirstSection() {
  const session = useSession();
  const wide = useMediaQuery('(min-width: 48.01em)', undefined, { getInitialValueInEffect: false });
  const first = sections.find((s) => s.may(session));
  return wide && first ? <Navigate to={first.to} replace /> : null;
}
