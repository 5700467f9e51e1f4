import { useTranslation } from 'react-i18next';
import type { Invitation } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { Copyable } from '@/ui/Copyable';

/** InvitationLink is shown once, to be sent to whom it is for. */
export function InvitationLink({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Copyable
      label={t('settings.invitation.link', { name: invitation.name })}
      description={t('settings.invitation.once', { when: format.when(invitation.expires_at) })}
      value={invitation.url ?? ''}
    />
  );
}
