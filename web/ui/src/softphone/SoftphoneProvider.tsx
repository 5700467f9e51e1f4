import { type ReactNode, useEffect, useState } from 'react';
import type { Session } from '@/api/schema';
import { SoftphoneContext } from './context';
import { browserHouse } from './house';
import { canTalk, permission } from './microphone';
import { preferences } from './preferences';
import { Softphone } from './softphone';
import { Speaker } from './speaker';

/** SoftphoneProvider keeps the browser's telephone of a user who has an extension, for as long as he is signed in. */
export function SoftphoneProvider({ session, children }: { session: Session; children: ReactNode }) {
  const [phone, setPhone] = useState<Softphone>();
  const { id, extension } = session.user;
  useEffect(() => {
    if (!extension) return undefined;
    const speaker = new Speaker();
    const softphone = new Softphone(browserHouse(id, preferences, speaker));
    const start = async () => {
      const able = canTalk();
      const denied = able && (await permission()) === 'denied';
      await softphone.start({ able, wanted: preferences.value.wanted, denied });
    };
    speaker.use(preferences.value.speaker);
    let known = preferences.value;
    const changed = () => {
      const { wanted, speaker: device, microphone, clean } = preferences.value;
      speaker.use(device);
      if (wanted !== known.wanted) softphone.tell(wanted ? { type: 'offered', wanted, denied: false } : { type: 'disconnect' }); // in another tab
      const other = microphone !== known.microphone || clean !== known.clean;
      known = preferences.value;
      if (other) void softphone.speak();
    };
    const stopWatching = preferences.watch(changed);
    const doubt = () => softphone.tell({ type: 'doubt' });
    window.addEventListener('online', doubt);
    void start();
    setPhone(softphone);
    return () => {
      window.removeEventListener('online', doubt);
      stopWatching();
      softphone.close();
      speaker.remove();
      setPhone(undefined);
    };
  }, [id, extension]);
  return <SoftphoneContext value={phone}>{children}</SoftphoneContext>;
}
