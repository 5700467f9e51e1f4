import type { LiveEvent } from '@/api/schema';
import { after, signedOut } from './closeCodes';

/**
 * Status of the connection: `live` = events arrive; `lost` = it broke and is being
 * repaired; `ended` = the session is over; `refused` = the server does not want this
 * socket, and coming back by itself would not help.
 */
export type Status = 'connecting' | 'live' | 'lost' | 'ended' | 'refused';

interface Listener {
  event(e: LiveEvent): void;
  status(s: Status): void;
}

const pingEvery = 10_000;
const patience = 5_000; // for a pong, and for the first event of a new socket
const firstPause = 250;
const longestPause = 5_000;

/**
 * LiveSocket keeps one socket to the server and repairs it. After a break it names
 * the last envelope that it has seen, so that nothing is missed and nothing comes
 * twice; a server that does not remember so far sends a snapshot.
 */
export class LiveSocket {
  private socket: WebSocket | undefined;
  private place = ''; // epoch:seq of the last envelope
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined; // one of: next attempt, next ping, patience
  private stopped = true;

  constructor(
    private readonly listener: Listener,
    private readonly open: (since: string) => WebSocket = openSocket,
  ) {}

  start() {
    if (!this.stopped) return;
    this.stopped = false;
    window.addEventListener('online', this.hurry);
    this.listener.status('connecting');
    this.connect();
  }

  stop() {
    this.stopped = true;
    window.removeEventListener('online', this.hurry);
    clearTimeout(this.timer);
    this.drop();
  }

  private readonly hurry = () => {
    if (this.stopped || this.socket?.readyState === WebSocket.OPEN) return;
    this.failures = 0;
    clearTimeout(this.timer);
    this.drop();
    this.connect();
  };

  private connect() {
    const socket = this.open(this.place);
    this.socket = socket;
    // A network that swallows packets opens sockets that never say a word.
    this.timer = setTimeout(() => this.broke(socket, 1006), patience);
    socket.onopen = () => this.ping(socket);
    socket.onmessage = (m) => this.receive(socket, String(m.data));
    socket.onclose = (c) => this.broke(socket, c.code);
  }

  private receive(socket: WebSocket, text: string) {
    if (socket !== this.socket) return;
    this.failures = 0;
    this.listener.status('live');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ping(socket), pingEvery);
    const message = JSON.parse(text) as LiveEvent | { type: 'pong' };
    if (message.type === 'pong') return;
    this.place = `${message.epoch}:${message.seq}`;
    this.listener.event(message);
  }

  private ping(socket: WebSocket) {
    if (socket !== this.socket) return;
    clearTimeout(this.timer);
    socket.send('{"type":"ping"}');
    this.timer = setTimeout(() => this.broke(socket, 1006), patience);
  }

  private broke(socket: WebSocket, code: number) {
    if (socket !== this.socket || this.stopped) return;
    clearTimeout(this.timer);
    this.drop();
    const next = after(code);
    if (next === 'never') {
      this.listener.status(code === signedOut ? 'ended' : 'refused');
      return;
    }
    if (next === 'afresh') this.place = '';
    this.listener.status('lost');
    const pause = Math.min(longestPause, firstPause * 2 ** this.failures++);
    this.timer = setTimeout(() => this.connect(), pause * (0.5 + Math.random() / 2));
  }

  private drop() {
    const old = this.socket;
    this.socket = undefined;
    old?.close();
  }
}

function openSocket(since: string): WebSocket {
  const url = new URL('/api/v1/live', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  if (since) url.searchParams.set('since', since);
  return new WebSocket(url);
}
