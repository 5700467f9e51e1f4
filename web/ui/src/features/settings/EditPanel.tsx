import { Alert, Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/session';
import { KeyHint } from '@/ui/KeyHint';
import { changeLine } from './changeWords';
import { DiffLines } from './DiffLines';
import classes from './EditPanel.module.css';
import { Meanwhile } from './Meanwhile';
import { manages } from './sections';
import { type Editing, useChange } from './useChange';
import { LeaveQuestion, useLeaving } from './useLeaving';
import { usePanelKeys } from './usePanelKeys';

interface Props<V extends object> extends Editing<V> {
  title: string;
  /** A colleague has deleted it: nothing can be applied, what was typed stays to be read. */
  gone?: boolean;
  /** The removal's button; missing: nothing to remove. */
  removeWords?: string;
  /** What can be done to the object at once, beside the form. */
  beside?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/**
 * EditPanel stands at the side of a list: the form, then what it would change, then it
 * is applied. Who has typed something and leaves is asked first.
 */
export function EditPanel<V extends object>({ title, gone = false, removeWords, beside, onClose, children, ...editing }: Props<V>) {
  const { t } = useTranslation();
  const may = manages(useSession());
  const { form } = editing;
  const applied = useRef(false);
  const flow = useChange({
    ...editing,
    onDone() {
      applied.current = true;
      editing.onDone();
    },
  });
  const dirty = () => may && form.isDirty() && !applied.current;
  const leaving = useLeaving(dirty);

  usePanelKeys({
    Escape() {
      if (leaving) leaving.stay();
      else if (flow.review) flow.back();
      else onClose();
    },
    'mod+Enter': () => {
      if (!may || gone || leaving) return;
      if (flow.review) flow.apply();
      else flow.ask();
    },
  });

  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={480}
      title={title}
      closeOnEscape={false}
      overlayProps={{ backgroundOpacity: 0.35 }}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      transitionProps={{ duration: 0 }}
      classNames={{ content: classes.content, header: classes.header, title: classes.name, body: classes.body }}
    >
      <form
        className={classes.form}
        noValidate
        onSubmit={(e) => {
          e.preventDefault();
          if (!gone) flow.ask();
        }}
      >
        <div className={classes.scroll} hidden={flow.review !== undefined && !gone}>
          <Stack gap="md">
            {gone && (
              <Alert variant="light" color="yellow" role="alert" p="sm">
                {t('settings.gone')}
              </Alert>
            )}
            {flow.meanwhile && !gone && <Meanwhile meanwhile={flow.meanwhile} onGoOn={() => flow.rebase()} busy={flow.asking} />}
            {flow.trouble && (
              <Alert variant="light" color="red" role="alert" p="sm">
                {flow.trouble}
              </Alert>
            )}
            <fieldset disabled={!may} className={classes.fields}>
              <Stack gap="md">{children}</Stack>
            </fieldset>
            {may && !gone && beside}
            {may && !gone && removeWords && editing.removal && (
              <div className={classes.apart}>
                <Button variant="light" color="red" className={classes.remove} onClick={flow.askRemoval} loading={flow.asking}>
                  {removeWords}
                </Button>
              </div>
            )}
          </Stack>
        </div>
        {flow.review && !gone && (
          <div className={classes.scroll}>
            <Text size="sm" mb="sm" c="dimmed">
              {flow.review.changes.length ? t('settings.review.hint') : t('settings.review.same')}
            </Text>
            <DiffLines lines={flow.review.changes.map((c) => changeLine(t, c))} />
          </div>
        )}
        {may && (
          <Group className={classes.foot} gap="sm">
            {leaving ? (
              <LeaveQuestion {...leaving} />
            ) : flow.review && !gone ? (
              <>
                {flow.review.changes.length > 0 && (
                  <ApplyButton loading={flow.applying} onClick={flow.apply}>
                    {t('settings.review.apply')}
                  </ApplyButton>
                )}
                <Button variant="default" onClick={flow.back}>
                  {t('settings.review.back')}
                </Button>
              </>
            ) : (
              <>
                <Button type="submit" disabled={gone} loading={flow.asking} rightSection={<KeyHint keys="mod+Enter" />}>
                  {t('settings.review.ask')}
                </Button>
                <Button variant="default" onClick={onClose}>
                  {t('settings.cancel')}
                </Button>
              </>
            )}
          </Group>
        )}
      </form>
    </Drawer>
  );
}

// ApplyButton takes the focus, so that Enter applies.
function ApplyButton({ children, ...rest }: { loading: boolean; onClick: () => void; children: string }) {
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <Button ref={ref} rightSection={<KeyHint keys="Enter" />} {...rest}>
      {children}
    </Button>
  );
}
