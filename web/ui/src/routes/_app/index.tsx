import { createFileRoute } from '@tanstack/react-router';

export const Route = createFileRoute('/_app/')({
  validateSearch: (search: Record<string, unknown>): { call?: string } => (typeof search.call === 'string' ? { call: search.call } : {}),
});
