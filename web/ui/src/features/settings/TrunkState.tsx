import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Trunk } from '@/api/schema';
import { useFormat } from '@/i18n/format';
import { type Meaning, Pill } from '@/ui/Meaning';

type State = 'disabled' | 'up' | 'down' | 'unknown' | 'unregistered';

/** stateOf: an account that is not registered brings no calls, though its server answers. */
function stateOf(trunk: Trunk): State {
  const { status } = trunk;
  if (trunk.disabled) return 'disabled';
  if (!status) return 'unknown';
  return status.state === 'up' && status.registers && !status.registered ? 'unregistered' : status.state;
}

const meanings: Record<State, Meaning> = { disabled: 'idle', up: 'ok', down: 'bad', unknown: 'idle', unregistered: 'wait' };

export function TrunkPill({ trunk }: { trunk: Trunk }) {
  const { t } = useTranslation();
  const state = stateOf(trunk);
  return <Pill meaning={meanings[state]}>{t(`settings.trunk.is.${state}`)}</Pill>;
}

/** useTrunkWords says why a trunk is down, and since when it is as it is. */
export function useTrunkWords() {
  const { t } = useTranslation();
  const format = useFormat();
  return {
    why: ({ status, disabled }: Trunk) => (status?.why && !disabled ? t(`settings.trunk.why.${status.why}`) : undefined),
    since: ({ status, disabled }: Trunk) => (status?.since && !disabled ? t('settings.trunk.since', { when: format.when(status.since) }) : undefined),
  };
}

/** TrunkState tells on the form all that is known of the line, and what to do. */
export function TrunkState({ trunk }: { trunk: Trunk }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useTrunkWords();
  const { status } = trunk;
  const why = words.why(trunk);
  return (
    <Stack gap={4} p="sm" style={{ border: '1px solid var(--c-line)', borderRadius: 6 }} role="status" aria-live="polite">
      <div style={{ display: 'flex', gap: 8, alignItems: 'center' }}>
        <TrunkPill trunk={trunk} />
        <Text size="xs" c="dimmed">
          {words.since(trunk)}
        </Text>
      </div>
      {why && (
        <>
          <Text size="sm">{why}</Text>
          <Text size="sm" c="dimmed">
            {t(`settings.trunk.whatToDo.${status!.why!}`)}
          </Text>
        </>
      )}
      {status?.registered && status.registered_until && (
        <Text size="xs" c="dimmed">
          {t('settings.trunk.registeredUntil', { when: format.when(status.registered_until) })}
        </Text>
      )}
      {status?.asked_at && !trunk.disabled && (
        <Text size="xs" c="dimmed">
          {t('settings.trunk.asked', { when: format.ago(status.asked_at) })}
        </Text>
      )}
      {status?.reason && (
        <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {status.reason}
        </Text>
      )}
    </Stack>
  );
}
