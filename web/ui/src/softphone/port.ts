import type { Purpose, Trouble } from './machine';

/** What the server gives a browser that wants to be a telephone. */
export interface Credentials {
  extension: string;
  password: string;
  /** When the password ends; RFC 3339. */
  expires_at: string;
  /** Of the socket, relative to the page. */
  url: string;
  ice_servers?: RTCIceServer[];
  /** The name that others see. */
  display?: string;
}

/** What the line tells. Sessions are named by the line. */
export interface PortEvents {
  registered(): void;
  /** Something was heard from the server. */
  heard(): void;
  broke(why: Trouble): void;
  rang(session: string, call: string, purpose: Purpose): void;
  up(session: string): void;
  held(session: string, on: boolean): void;
  ended(session: string, cancelled: boolean): void;
  /** The other side can be heard. */
  sound(session: string, stream: MediaStream): void;
}

/** Port is one connection to the SIP server; a broken one is thrown away. */
export interface Port {
  leave(politely: boolean): void;
  /** probe makes the server say something, if it still hears us. */
  probe(): void;
  renew(password: string): void;
  answer(session: string, microphone: MediaStream): void;
  refuse(session: string, code: number): void;
  drop(session: string): void;
  mute(session: string, on: boolean): void;
  digit(session: string, digit: string): void;
  /** speak puts another microphone in the place of the one that is used. */
  speak(session: string, microphone: MediaStreamTrack): Promise<void>;
  stats(session: string): Promise<RTCStatsReport | undefined>;
}

export type OpenPort = (c: Credentials, events: PortEvents) => Promise<Port>;
