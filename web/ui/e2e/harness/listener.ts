import { request } from 'node:http';
import type { Socket } from 'node:net';
import { randomBytes } from 'node:crypto';

/**
 * listen opens a live socket that hears everything and says nothing but that it lives:
 * what a page costs the server, without a page. It gives back what closes it.
 */
export function listen(origin: string, token: string): Promise<() => void> {
  return new Promise((done, failed) => {
    const r = request(`${origin}/api/v1/live`, {
      headers: {
        authorization: `Bearer ${token}`,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
      },
    });
    r.on('error', failed);
    r.on('response', (res) => failed(new Error(`no live socket: ${res.statusCode}`)));
    r.on('upgrade', (_, socket: Socket) => {
      socket.resume(); // heard, not looked at
      socket.on('error', () => {});
      // An unasked pong (RFC 6455 section 5.5.3) is enough to be taken for alive; a
      // client's frames are masked, here with zeros.
      const alive = setInterval(() => socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0])), 5000);
      socket.on('close', () => clearInterval(alive));
      done(() => socket.destroy());
    });
    r.end();
  });
}
