import { createFileRoute } from '@tanstack/react-router';
import { FirstSection } from '@/features/settings/FirstSection';

export const Route = createFileRoute('/_app/settings/')({ component: FirstSection });
