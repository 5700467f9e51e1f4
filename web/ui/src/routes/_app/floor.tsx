import { createFileRoute } from '@tanstack/react-router';
import { Floor } from '@/features/floor/Floor';

export const Route = createFileRoute('/_app/floor')({ component: Floor });
