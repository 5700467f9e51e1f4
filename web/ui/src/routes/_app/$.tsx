import { createFileRoute } from '@tanstack/react-router';
import { NotHere } from '@/ui/NotHere';

// An address that leads nowhere is said within the frame: the ways to all places stay.
export const Route = createFileRoute('/_app/$')({ component: NotHere });
