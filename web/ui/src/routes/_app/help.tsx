import { createFileRoute } from '@tanstack/react-router';
import { Help } from '@/features/help/Help';

export const Route = createFileRoute('/_app/help')({ component: Help });
