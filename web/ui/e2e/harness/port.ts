import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** freePort finds a port that is free for TCP and for UDP. */
export async function freePort(): Promise<number> {
  for (let i = 0; i < 50; i++) {
    const port = await new Promise<number>((found, failed) => {
      const tcp = createServer().once('error', failed);
      tcp.listen(0, '127.0.0.1', () => {
        const { port } = tcp.address() as { port: number };
        tcp.close(() => found(port));
      });
    });
    const udp = createSocket('udp4');
    const free = await new Promise<boolean>((tell) => {
      udp.once('error', () => tell(false));
      udp.bind(port, '127.0.0.1', () => tell(true));
    });
    if (free) await new Promise<void>((done) => udp.close(() => done()));
    if (free) return port;
  }
  throw new Error('there is no free port');
}
