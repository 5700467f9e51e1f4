import { connect, createServer, type Server as Listener, type Socket } from 'node:net';
import { pause } from './wait';

/** A line between browser and server that is as bad as a test wants. */
interface Shape {
  /** Kilobits a second, each way and for all connections together. */
  kbit: number;
  /** Milliseconds for there and back. */
  roundTrip: number;
}

/**
 * Wire stands between browser and server, so that the network can be cut and slowed
 * down for everything, the live socket included.
 */
export class Wire {
  private readonly sockets = new Set<Socket>();
  private down = false;
  private shape?: Shape;
  /** When each direction's line is free again. */
  private readonly free = { up: 0, down: 0 };

  private constructor(private readonly listener: Listener, readonly origin: string) {}

  static async to(http: string): Promise<Wire> {
    const [host, port] = http.split(':') as [string, string];
    const listener = createServer();
    await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
    const wire = new Wire(listener, `http://127.0.0.1:${(listener.address() as { port: number }).port}`);
    listener.on('connection', (near) => {
      if (wire.down) return near.destroy();
      const far = connect(Number(port), host);
      wire.carry(near, far, 'up');
      wire.carry(far, near, 'down');
      return undefined;
    });
    return wire;
  }

  /** cut ends every connection and lets none through until mend. */
  cut() {
    this.down = true;
    for (const s of this.sockets) s.destroy();
  }

  mend() {
    this.down = false;
  }

  slow(shape: Shape | undefined) {
    this.shape = shape;
  }

  async close() {
    this.cut();
    await new Promise<void>((done) => this.listener.close(() => done()));
  }

  private carry(from: Socket, to: Socket, way: 'up' | 'down') {
    this.sockets.add(from);
    from.setNoDelay(true);
    let before = Promise.resolve();
    const inOrder = (bytes: number, arrive: () => void) => {
      const delay = this.delay(bytes, way);
      const due = performance.now() + delay;
      before = before.then(() => (delay ? pause(due - performance.now()) : undefined)).then(arrive);
    };
    from.on('data', (bytes) => inOrder(bytes.length, () => to.writable && to.write(bytes)));
    from.on('end', () => inOrder(0, () => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', (broken) => {
      this.sockets.delete(from);
      if (broken || this.down) to.destroy();
    });
  }

  /** delay is when bytes arrive that are put on the line now, in milliseconds from now. */
  private delay(bytes: number, way: 'up' | 'down'): number {
    if (!this.shape) return 0;
    const now = performance.now();
    this.free[way] = Math.max(now, this.free[way]) + (bytes * 8) / this.shape.kbit;
    return this.free[way] - now + this.shape.roundTrip / 2;
  }
}
