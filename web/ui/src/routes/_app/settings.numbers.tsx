import { createFileRoute } from '@tanstack/react-router';
import { Numbers } from '@/features/settings/Numbers';

export const Route = createFileRoute('/_app/settings/numbers')({ component: Numbers });
