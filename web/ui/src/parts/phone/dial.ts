import i18next from 'i18next';
import { answer, api } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { endWords } from '@/parts/call/reasons';
import { complain, complainInWords } from '@/ui/notice';

/**
 * dial calls a number, or a colleague's extension: one's own telephone rings first, or
 * answers by itself in the page. What comes of it is seen by the live events; what may
 * not be called is said, and false comes back.
 */
export async function dial(to: string, contact?: string): Promise<boolean> {
  try {
    await answer(api.POST('/calls', { body: { to, contact_id: contact } }));
    return true;
  } catch (err) {
    const why = whyNot(err);
    if (why) complainInWords(endWords(i18next.t, 'rejected', why));
    else complain(err);
    return false;
  }
}

function whyNot(err: unknown): string | undefined {
  if (!(err instanceof ApiProblem)) return undefined;
  if (err.code === 'no_device' || err.code === 'busy') return err.code;
  if (err.code === 'invalid' && err.field === 'to') return 'no_number';
  return err.code === 'dialling_denied' && typeof err.meta.why === 'string' ? err.meta.why : undefined;
}
