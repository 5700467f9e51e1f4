import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { duration } from '@/i18n/format';
import { barHeight, levels, loudest } from './peaks';
import type { Playback } from './usePlayback';
import classes from './Waveform.module.css';

interface Props {
  playback: Playback;
  /** Seconds. */
  length: number;
  /** The lanes, client above agent; missing while they are on their way. */
  channels?: number[][][];
  height: number;
  /** Parts of the talk to be told apart, such as hold, in seconds. */
  shades?: { from: number; to: number; label: string }[];
}

const bar = 2;
const gap = 1;

/** Waveform shows both speakers and where the sound is; a click, a drag or the arrows move it. */
export function Waveform({ playback, length, channels, height, shades = [] }: Props) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme('light');
  const { ref: size, width } = useElementSize();
  const box = useRef<HTMLDivElement>(null);
  const rest = useRef<HTMLCanvasElement>(null);
  const played = useRef<HTMLCanvasElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const { muted, watch, position, seek } = playback;

  useEffect(() => {
    if (!channels || width === 0) return;
    for (const canvas of [rest.current!, played.current!]) draw(canvas, channels, width, height, [muted.client, muted.agent]);
  }, [channels, width, height, muted, scheme]);

  useEffect(() => {
    const show = (seconds: number) => {
      const share = length > 0 ? Math.min(1, seconds / length) : 0;
      played.current!.style.clipPath = `inset(0 ${100 - share * 100}% 0 0)`;
      head.current!.style.transform = `translateX(${share * Math.max(0, width - 2)}px)`;
    };
    show(position());
    return watch(show);
  }, [watch, position, length, width]);

  const seekTo = (e: PointerEvent) => {
    const { left, width } = box.current!.getBoundingClientRect();
    seek(((e.clientX - left) / width) * length);
  };

  const keys = (e: KeyboardEvent) => {
    const step = e.shiftKey ? 30 : 5;
    const to = {
      ArrowRight: position() + step,
      ArrowUp: position() + step,
      ArrowLeft: position() - step,
      ArrowDown: position() - step,
      PageUp: position() + 30,
      PageDown: position() - 30,
      Home: 0,
      End: length,
    }[e.key];
    if (to === undefined || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    e.stopPropagation();
    seek(to);
  };

  return (
    <div
      ref={box}
      className={classes.box}
      style={{ height }}
      role="slider"
      tabIndex={0}
      aria-label={t('player.position')}
      aria-valuemin={0}
      aria-valuemax={Math.floor(length)}
      aria-valuenow={playback.second}
      aria-valuetext={t('player.positionOf', { at: duration(playback.second * 1000), length: duration(length * 1000) })}
      onKeyDown={keys}
      onPointerDown={(e) => {
        if (e.button !== 0) return;
        e.currentTarget.setPointerCapture(e.pointerId);
        seekTo(e);
      }}
      onPointerMove={(e) => e.currentTarget.hasPointerCapture(e.pointerId) && seekTo(e)}
    >
      <div ref={size} className={classes.lanes}>
        {shades.map((s) => (
          <div
            key={s.from}
            className={classes.shade}
            title={s.label}
            style={{ left: `${(s.from / length) * 100}%`, width: `${((s.to - s.from) / length) * 100}%` }}
          />
        ))}
        <canvas ref={rest} className={classes.rest} aria-hidden />
        <canvas ref={played} className={classes.played} aria-hidden />
        <div ref={head} className={classes.head} aria-hidden />
      </div>
    </div>
  );
}

/** draw paints each lane's bars around its middle, in the colour that the style gives the canvas. */
function draw(canvas: HTMLCanvasElement, channels: number[][][], width: number, height: number, muted: boolean[]) {
  const dots = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * dots);
  canvas.height = Math.round(height * dots);
  const pen = canvas.getContext('2d');
  if (!pen) return;
  pen.scale(dots, dots);
  pen.fillStyle = getComputedStyle(canvas).color;
  const top = loudest(channels);
  const lane = height / channels.length;
  const count = Math.floor((width + gap) / (bar + gap));
  channels.forEach((channel, n) => {
    pen.globalAlpha = muted[n] ? 0.25 : 1;
    levels(channel, count).forEach((level, i) => {
      const tall = muted[n] ? 1 : barHeight(level, top, lane - 4);
      pen.fillRect(i * (bar + gap), lane * n + (lane - tall) / 2, bar, tall);
    });
  });
}
