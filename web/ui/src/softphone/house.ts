import { answer, api } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { closeMicrophone, openMicrophone } from './microphone';
import { Ownership } from './ownership';
import type { PreferenceStore } from './preferences';
import { type House, Refused } from './softphone';
import type { Speaker } from './speaker';

const mutedCall = 'callcard.muted';

/** browserHouse is the world of a telephone that lives in a real browser. */
export function browserHouse(user: string, preferences: PreferenceStore, speaker: Speaker): House {
  return {
    async credentials() {
      try {
        return await answer(api.POST('/me/phone'));
      } catch (err) {
        if (err instanceof ApiProblem && err.status < 500 && err.status !== 401 && err.status !== 429) throw new Refused(err.message);
        throw err;
      }
    },
    // JsSIP is heavy: it is loaded when the telephone is really wanted.
    openPort: async (credentials, events) => (await import('./jssip')).openPort(credentials, events),
    openMicrophone: (gone) => openMicrophone({ device: preferences.value.microphone, clean: preferences.value.clean }, gone),
    closeMicrophone,
    play: (stream) => speaker.play(stream),
    wanted: (wanted) => preferences.set({ wanted }),
    muted: {
      get: () => localStorage.getItem(mutedCall) ?? '',
      set: (call) => localStorage.setItem(mutedCall, call),
    },
    ownership: (ears) => new Ownership(`callcard.phone.${user}`, ears),
  };
}
