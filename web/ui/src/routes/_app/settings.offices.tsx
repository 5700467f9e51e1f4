import { createFileRoute } from '@tanstack/react-router';
import { Offices } from '@/features/settings/Offices';

export const Route = createFileRoute('/_app/settings/offices')({ component: Offices });
