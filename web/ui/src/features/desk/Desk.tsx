import { SegmentedControl, VisuallyHidden } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/live/store';
import { emptyPicture } from '@/live/picture';
import { useSession } from '@/api/session';
import { Panel } from '@/ui/Panel';
import { CallPane } from './CallPane';
import classes from './Desk.module.css';
import { MyDay } from './MyDay';
import { Today } from './Today';
import { WorkList } from './WorkList';

interface Props {
  /** The call whose card is in the middle. */
  call: string | undefined;
  /** The note's field is to be written in: changes with every such wish. */
  note: number | undefined;
  onBack: () => void;
  /** The rest of a contact's card. */
  card: (contact: string) => ReactNode;
  /** The tasks of a contact; `told` is what is known of them until they are here. */
  tasks: (contact: string, told: ReactNode) => ReactNode;
  /** What stands above the day: the demo's guide. */
  above?: ReactNode;
}

/** Desk is the agent's home: what he has to do at the left, who calls or his day in the middle. */
export function Desk({ call, note, onBack, card, tasks, above }: Props) {
  const { t } = useTranslation();
  const { user } = useSession();
  const takesCalls = useLive((p) => (p === emptyPicture ? user.extension !== undefined : p.me !== undefined));
  const [tab, setTab] = useState<'middle' | 'work'>('middle');
  useEffect(() => setTab('middle'), [call, note]);
  return (
    <div className={classes.desk} data-tab={tab}>
      <SegmentedControl
        className={classes.tabs}
        fullWidth
        aria-label={t('desk.tabs')}
        value={tab}
        onChange={(v) => setTab(v)}
        data={[
          {
            value: 'middle',
            label: t(call ? 'desk.call.title' : takesCalls ? 'desk.day.title' : 'desk.today.title'),
          },
          { value: 'work', label: t('desk.work.title') },
        ]}
      />
      <Panel className={classes.work} title={t('desk.work.title')} flush>
        <WorkList />
      </Panel>
      <div className={classes.middle}>
        {call ? (
          <CallPane key={call} id={call} note={note} onBack={onBack} card={card} tasks={tasks} />
        ) : (
          <>
            <VisuallyHidden component="h1">{t(takesCalls ? 'desk.day.title' : 'desk.today.title')}</VisuallyHidden>
            {above}
            {takesCalls ? <MyDay /> : <Today />}
          </>
        )}
      </div>
    </div>
  );
}
