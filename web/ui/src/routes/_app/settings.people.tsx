import { createFileRoute } from '@tanstack/react-router';
import { People } from '@/features/settings/People';

export const Route = createFileRoute('/_app/settings/people')({ component: People });
