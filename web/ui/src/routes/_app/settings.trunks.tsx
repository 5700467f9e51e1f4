import { createFileRoute } from '@tanstack/react-router';
import { Trunks } from '@/features/settings/Trunks';

export const Route = createFileRoute('/_app/settings/trunks')({ component: Trunks });
