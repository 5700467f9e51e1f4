import { createFileRoute } from '@tanstack/react-router';
import { Queues } from '@/features/settings/Queues';

export const Route = createFileRoute('/_app/settings/queues')({ component: Queues });
