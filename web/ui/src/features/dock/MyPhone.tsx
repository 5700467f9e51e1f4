import { Button, Text } from '@mantine/core';
import { IconBrowser, IconPhone, IconPhoneOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import type { AgentState } from '@/api/schema';
import { usePreferences } from '@/softphone/context';
import type { Line } from '@/softphone/machine';
import classes from './Dock.module.css';
import { SoundButton } from './SoundButton';
import { type BrowserPhone, useBrowserPhone } from './useBrowserPhone';

/** MyPhone says on what one telephones, in words: in this browser, on the desk, both, or not at all; and how to change that. */
export function MyPhone({ me }: { me: AgentState }) {
  const { t } = useTranslation();
  const { user } = useSession();
  const browser = useBrowserPhone();
  const { line, softphone } = browser;
  const words = wordsOf(line, me, usePreferences().wanted);
  const Icon = words === 'browser' || words === 'elsewhere' ? IconBrowser : me.device ? IconPhone : IconPhoneOff;
  const works = me.device || line.at === 'registered';
  const readiness = t(me.state === 'available' ? 'dock.phone.ready' : 'dock.phone.notAvailable');
  return (
    <div className={classes.phone} data-off={!works || undefined} data-asks={(line.at === 'off' && softphone !== undefined) || undefined}>
      <Icon size={18} aria-hidden />
      <div className={classes.phoneWords}>
        <Text size="sm" fw={500}>
          {t(`dock.phone.is.${words}`)}
        </Text>
        <Text size="xs">{words === 'browser' || words === 'desk' ? readiness : t(`dock.phone.then.${words}`, { host: location.hostname, extension: user.extension ?? '' })}</Text>
        {softphone && <Act browser={browser} desk={words === 'desk'} />}
      </div>
      {line.at !== 'off' && <SoundButton />}
    </div>
  );
}

/** The keys of dock.phone.is: what is to be said first. */
function wordsOf(line: Line, me: AgentState, wanted: boolean) {
  if (line.at === 'registered') return 'browser';
  if (line.at === 'connecting') return line.trouble ?? 'connecting';
  if (line.why === 'elsewhere' || line.why === 'denied' || line.why === 'missing' || line.why === 'busy') return line.why;
  if (line.why === 'unknown' && wanted) return 'connecting';
  if (me.device) return 'desk';
  return line.why === 'none' || line.why === 'unknown' ? 'off' : line.why;
}

function Act({ browser: { line, softphone }, desk }: { browser: BrowserPhone; desk: boolean }) {
  const { t } = useTranslation();
  if (line.at !== 'off') return null;
  const button = (words: string, act: () => void, quiet = false) => (
    <Button variant={quiet ? 'default' : 'filled'} size="compact-sm" mt={6} onClick={act}>
      {words}
    </Button>
  );
  switch (line.why) {
    case 'unasked':
      return button(t(desk ? 'dock.phone.also' : 'dock.phone.connect'), () => softphone?.tell({ type: 'connect' }), desk);
    case 'denied':
    case 'missing':
    case 'busy':
      return button(t('dock.phone.again'), () => softphone?.tell({ type: 'connect' }));
    case 'elsewhere':
      return button(t('dock.phone.takeOver'), () => softphone?.tell({ type: 'takeOver' }), true);
    default:
      return null;
  }
}
