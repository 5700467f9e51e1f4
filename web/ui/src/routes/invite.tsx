import { createFileRoute, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Invitation } from '@/features/invite/Invitation';
import { Doorstep } from '@/features/signin/Doorstep';
import { setLanguage } from '@/i18n';

export const Route = createFileRoute('/invite')({ component: InvitePage });

function InvitePage() {
  const { t } = useTranslation();
  const router = useRouter();
  // The secret stands behind the #, which no server sees.
  const [token] = useState(() => location.hash.slice(1));
  return (
    <Doorstep title={t('invite.welcome')}>
      <Invitation token={token} onLanguage={(language) => void setLanguage(language)} onDone={() => void router.navigate({ to: '/', replace: true })} />
    </Doorstep>
  );
}
