import { UA } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { IncomingRTCSessionEvent, RTCSessionEvent } from 'jssip/lib/UA';
import type { Purpose } from './machine';
import type { Credentials, Port, PortEvents } from './port';
import { SipSocket } from './sipSocket';

const expires = 300; // seconds, of a registration; a tab in the background has its timers once a minute
const rings = 180; // seconds; how long it really rings is the server's to say
const gathering = 500; // ms until an address of this computer is known
const deaf = 3_000; // ms without a way to the server until it is not waited for any longer

/** openPort connects JsSIP. This file is loaded only for who has a telephone in his browser. */
export function openPort(c: Credentials, events: PortEvents): Promise<Port> {
  return Promise.resolve(new JsSipPort(c, events));
}

class JsSipPort implements Port {
  private readonly socket: SipSocket;
  private readonly ua: UA;
  private readonly sessions = new Map<string, RTCSession>();
  private readonly pc: RTCConfiguration;

  constructor(
    c: Credentials,
    private readonly events: PortEvents,
  ) {
    this.pc = { iceServers: c.ice_servers ?? [], bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' };
    this.socket = new SipSocket(c.url, { heard: () => events.heard(), closed: (refused) => events.broke(refused ? 'refused' : 'network') });
    this.ua = new UA({
      sockets: this.socket,
      uri: `sip:${c.extension}@${location.hostname}`,
      password: c.password,
      display_name: c.display,
      register_expires: expires,
      session_timers: false,
      no_answer_timeout: rings,
      connection_recovery_min_interval: 3600, // a broken line is thrown away, not mended
      connection_recovery_max_interval: 3600,
    });
    this.ua.on('registered', () => events.registered());
    this.ua.on('registrationFailed', ({ response }) => events.broke(response ? 'refused' : 'network'));
    this.ua.on('newRTCSession', (e: RTCSessionEvent) => {
      if (isIncoming(e)) this.rang(e);
    });
    this.ua.start();
  }

  leave(politely: boolean) {
    if (politely) {
      this.ua.stop(); // takes the registration back, then closes the socket
      return;
    }
    // Nothing that JsSIP says from here on reaches the server: no BYE above all.
    this.socket.disconnect();
    this.ua.stop();
  }

  probe() {
    this.ua.register();
  }

  renew(password: string) {
    this.ua.set('password', password);
  }

  answer(session: string, microphone: MediaStream) {
    this.sessions.get(session)?.answer({ mediaStream: microphone, pcConfig: this.pc });
  }

  refuse(session: string, code: number) {
    this.end(session, { status_code: code });
  }

  drop(session: string) {
    this.end(session);
  }

  mute(session: string, on: boolean) {
    const s = this.sessions.get(session);
    if (on) s?.mute({ audio: true });
    else s?.unmute({ audio: true });
  }

  digit(session: string, digit: string) {
    type How = NonNullable<Parameters<RTCSession['sendDTMF']>[1]>['transportType'];
    this.sessions.get(session)?.sendDTMF(digit, { transportType: 'RFC2833' as How });
  }

  async speak(session: string, microphone: MediaStreamTrack) {
    const senders = this.sessions.get(session)?.connection?.getSenders() ?? [];
    await Promise.all(senders.map((s) => s.replaceTrack(microphone)));
  }

  async stats(session: string) {
    return this.sessions.get(session)?.connection?.getStats();
  }

  private end(session: string, how?: { status_code: number }) {
    const s = this.sessions.get(session);
    if (s && !s.isEnded()) s.terminate(how);
  }

  private rang({ session, request }: IncomingRTCSessionEvent) {
    const { id } = session;
    const { events } = this;
    this.sessions.set(id, session);
    let lost: ReturnType<typeof setTimeout> | undefined;
    session.on('peerconnection', ({ peerconnection: pc }) => {
      pc.addEventListener('track', ({ track, streams }) => events.sound(id, streams[0] ?? new MediaStream([track])));
      // JsSIP hangs up when the way of the sound is lost for good. Before that the line is
      // thrown away: then the server keeps the caller and brings the call back on a new one.
      pc.addEventListener('iceconnectionstatechange', () => {
        clearTimeout(lost);
        if (pc.iceConnectionState === 'disconnected') lost = setTimeout(() => events.broke('network'), deaf);
      });
    });
    // The server needs none of our addresses: it answers where our packets come from.
    let late: ReturnType<typeof setTimeout> | undefined;
    session.on('icecandidate', ({ candidate, ready }) => {
      if (candidate.type === 'host') ready();
      else late ??= setTimeout(ready, gathering);
    });
    session.on('confirmed', () => events.up(id));
    session.on('hold', ({ originator }) => {
      if (byServer(originator)) events.held(id, true);
    });
    session.on('unhold', ({ originator }) => {
      if (byServer(originator)) events.held(id, false);
    });
    const gone = (cancelled: boolean) => {
      clearTimeout(late);
      clearTimeout(lost);
      this.sessions.delete(id);
      events.ended(id, cancelled);
    };
    session.on('ended', () => gone(false));
    session.on('failed', ({ cause }) => gone(cause === 'Canceled'));
    const header = (name: string): string | undefined => request.getHeader(name);
    const resume = header('X-Callcard-Resume');
    const dial = header('X-Callcard-Dial');
    const purpose: Purpose = resume ? 'resume' : dial ? 'dial' : 'ring';
    events.rang(id, resume ?? dial ?? header('X-Callcard-Call') ?? '', purpose);
  }
}

// The enumerations of JsSIP are there in its types only.
const byServer = (originator: string) => originator === 'remote';
const isIncoming = (e: RTCSessionEvent): e is IncomingRTCSessionEvent => byServer(e.originator);
