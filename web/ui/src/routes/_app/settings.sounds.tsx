import { createFileRoute } from '@tanstack/react-router';
import { Sounds } from '@/features/settings/Sounds';

export const Route = createFileRoute('/_app/settings/sounds')({ component: Sounds });
