import { createFileRoute } from '@tanstack/react-router';
import { Profile } from '@/features/me/Profile';

export const Route = createFileRoute('/_app/me')({ component: Profile });
