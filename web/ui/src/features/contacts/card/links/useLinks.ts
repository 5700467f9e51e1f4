import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keys } from '@/api/keys';
import type { Contact, Link } from '@/api/schema';
import { complain, notice } from '@/ui/notice';
import { ends, type Other } from '../../links/others';
import { idOf, link, unlink } from '../../links/requests';

/** useLinks changes whom a card is linked to, and gives a way back. Each answers whether it is done. */
export function useLinks(card: Contact) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const run = async (change: () => Promise<{ said: string; back: () => Promise<unknown> }>): Promise<boolean> => {
    try {
      const { said, back } = await change();
      await fresh();
      notice(said, () => back().then(fresh, complain));
      return true;
    } catch (err) {
      complain(err);
      return false;
    }
  };
  const fresh = () =>
    Promise.all([cache.invalidateQueries({ queryKey: keys.contacts.one(card.id) }), cache.invalidateQueries({ queryKey: ['contacts', 'list'] })]);
  return {
    add: (other: Other, position: string) =>
      run(async () => {
        const id = await idOf(other, card.kind === 'person' ? 'company' : 'person');
        const { person, company } = ends(card, id);
        await link(person, company, position);
        return { said: t('contacts.links.added', { name: other.name }), back: () => unlink(person, company) };
      }),
    move: (to: Link, position: string) =>
      run(async () => {
        const { person, company } = ends(card, to.id);
        await link(person, company, position);
        return { said: t('contacts.saved'), back: () => link(person, company, to.position) };
      }),
    remove: (from: Link) =>
      run(async () => {
        const { person, company } = ends(card, from.id);
        await unlink(person, company);
        return { said: t('contacts.links.removed', { name: from.name }), back: () => link(person, company, from.position) };
      }),
  };
}
