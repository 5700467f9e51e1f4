import type { Socket } from 'jssip';

interface Ears {
  heard(): void;
  /** refused: the server closed on purpose and does not want us as we are. */
  closed(refused: boolean): void;
}

// Codes of the server (RFC 6455 section 7.4): this page is not wanted, or not as it is.
const policy = 1008;
const unwanted = 4050; // and those above

/**
 * SipSocket carries SIP over a WebSocket (RFC 7118) for JsSIP. It differs from JsSIP's own
 * in what one hears of it, and in that it can be closed without a last word.
 */
export class SipSocket implements Socket {
  readonly url: string;
  readonly sip_uri: string;
  readonly via_transport: string;
  private socket: WebSocket | undefined;
  // JsSIP puts its own in here.
  onconnect = () => {};
  ondisconnect: Socket['ondisconnect'] = () => {};
  ondata: Socket['ondata'] = () => {};

  constructor(
    path: string,
    private readonly ears: Ears,
  ) {
    const url = new URL(path, location.href);
    url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:';
    this.url = url.href;
    this.sip_uri = `sip:${url.host};transport=ws`;
    this.via_transport = url.protocol === 'wss:' ? 'WSS' : 'WS';
  }

  connect() {
    if (this.socket) return;
    const socket = new WebSocket(this.url, 'sip');
    this.socket = socket;
    socket.onopen = () => this.onconnect();
    socket.onmessage = ({ data }) => {
      this.ears.heard();
      this.ondata(data);
    };
    socket.onclose = ({ code }) => {
      this.socket = undefined;
      this.ears.closed(code === policy || code >= unwanted);
    };
  }

  disconnect() {
    const { socket } = this;
    this.socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBuffer>): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(message);
    return true;
  }

  isConnected(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  isConnecting(): boolean {
    return this.socket?.readyState === WebSocket.CONNECTING;
  }
}
