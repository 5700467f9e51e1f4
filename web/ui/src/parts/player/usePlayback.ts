import { type RefCallback, useCallback, useEffect, useRef, useState } from 'react';
import { Mixer, type Speaker } from './mixer';
import type { Silence } from './peaks';
import { keepSettings, readSettings, type Settings } from './settings';

export interface Playback {
  audioRef: RefCallback<HTMLAudioElement>;
  playing: boolean;
  /** Wants to play, but the sound is still on its way. */
  waiting: boolean;
  /** The file could not be played; play tries again. */
  failed: boolean;
  /** Seconds from the beginning, whole ones: for words. */
  second: number;
  settings: Settings;
  muted: Record<Speaker, boolean>;
  toggle: () => void;
  play: () => void;
  seek: (seconds: number) => void;
  change: (settings: Partial<Settings>) => void;
  mute: (speaker: Speaker) => void;
  /** Where the sound is right now, to the frame. */
  position: () => number;
  /** Calls f at every frame in which the position moves. */
  watch: (f: (seconds: number) => void) => () => void;
}

// One player plays at a time, wherever on the page it stands.
let onAir: HTMLAudioElement | undefined;

/** usePlayback drives an <audio>. Until play the file is not asked for: that would be a listening. */
export function usePlayback(length: number, silences: Silence[]): Playback {
  const audio = useRef<HTMLAudioElement | null>(null);
  const mixer = useRef<Mixer | undefined>(undefined);
  const wanted = useRef(0); // the position, also of an element that has loaded nothing yet
  const asked = useRef<number>(undefined); // where an element that has loaded nothing is to begin
  const watchers = useRef(new Set<(seconds: number) => void>());
  const [playing, setPlaying] = useState(false);
  const [waiting, setWaiting] = useState(false);
  const [failed, setFailed] = useState(false);
  const [second, setSecond] = useState(0);
  const [settings, setSettings] = useState(readSettings);
  const [muted, setMuted] = useState({ client: false, agent: false });

  const tell = useCallback((seconds: number) => {
    wanted.current = seconds;
    setSecond(Math.floor(seconds));
    for (const f of watchers.current) f(seconds);
  }, []);

  const seek = useCallback(
    (seconds: number) => {
      const to = Math.min(Math.max(0, seconds), length);
      if (audio.current && audio.current.readyState > 0) audio.current.currentTime = to;
      else asked.current = to;
      tell(to);
    },
    [length, tell],
  );

  const play = useCallback(() => {
    const a = audio.current;
    if (!a) return;
    if (a.error) {
      asked.current = wanted.current;
      a.load();
    }
    setFailed(false);
    if (onAir !== a) onAir?.pause();
    onAir = a;
    mixer.current?.wake();
    if (wanted.current >= length - 0.05) seek(0);
    // A play that a pause overtakes is rejected; the element's own events tell the rest.
    a.play().catch((err: unknown) => setFailed(!(err instanceof DOMException && err.name === 'AbortError')));
  }, [length, seek]);

  const toggle = useCallback(() => (audio.current?.paused === false ? audio.current.pause() : play()), [play]);

  const audioRef = useCallback<RefCallback<HTMLAudioElement>>(
    (a: HTMLAudioElement | null) => {
      audio.current = a;
      if (!a) return;
      a.preservesPitch = true;
      const hears: [string, () => void][] = [
        ['play', () => setPlaying(true)],
        ['pause', () => (setPlaying(false), setWaiting(false))],
        ['waiting', () => setWaiting(true)],
        ['playing', () => setWaiting(false)],
        ['error', () => (setPlaying(false), setWaiting(false), setFailed(true))],
        [
          'loadedmetadata',
          () => {
            if (asked.current !== undefined) a.currentTime = asked.current;
            asked.current = undefined;
          },
        ],
      ];
      for (const [event, f] of hears) a.addEventListener(event, f);
      return () => {
        for (const [event, f] of hears) a.removeEventListener(event, f);
        a.pause();
        if (onAir === a) onAir = undefined;
        mixer.current?.close();
        mixer.current = undefined;
        audio.current = null;
      };
    },
    [],
  );

  useEffect(() => {
    if (!audio.current) return;
    audio.current.defaultPlaybackRate = settings.rate; // load() goes back to it
    audio.current.playbackRate = settings.rate;
    audio.current.volume = settings.volume;
  }, [settings]);

  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    const follow = () => {
      frame = requestAnimationFrame(follow);
      const a = audio.current;
      if (!a || a.seeking || asked.current !== undefined) return;
      const silence = settings.skipSilence ? silences.find((s) => a.currentTime >= s.from && a.currentTime < s.to) : undefined;
      if (silence) a.currentTime = silence.to;
      tell(Math.min(a.currentTime, length));
    };
    frame = requestAnimationFrame(follow);
    return () => cancelAnimationFrame(frame);
  }, [playing, length, silences, settings.skipSilence, tell]);

  return {
    audioRef,
    playing,
    waiting,
    failed,
    second,
    settings,
    muted,
    toggle,
    play,
    seek,
    position: useCallback(() => wanted.current, []),
    change(some) {
      const next = { ...settings, ...some };
      setSettings(next);
      keepSettings(next);
    },
    mute(speaker) {
      const next = { ...muted, [speaker]: !muted[speaker] };
      setMuted(next);
      if (!audio.current) return;
      mixer.current ??= new Mixer(audio.current);
      mixer.current.wake();
      mixer.current.set(next);
    },
    watch: useCallback((f) => {
      watchers.current.add(f);
      return () => void watchers.current.delete(f);
    }, []),
  };
}
