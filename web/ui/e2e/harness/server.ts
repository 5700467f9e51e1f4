import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { binary } from './paths';
import { freePort } from './port';
import { within } from './wait';

// Media ports lie below the kernel's own choice of ports; parallel test files take
// different ones, and none that the Go acceptance tests take.
const mediaPorts = 600;
const media = () => 30_000 + mediaPorts * (Number(process.env.VITEST_POOL_ID ?? 1) % 4);

/** Server is the real program with a data folder of its own. */
export class Server {
  private constructor(
    readonly data: string,
    readonly http: string,
    readonly sip: string,
    private readonly process: ChildProcess,
    private readonly gone: Promise<void>,
    private readonly log: string[],
  ) {}

  /** start runs `callcard serve` (or `demo`) with a private database; it takes about two seconds. */
  static async start(command: 'serve' | 'demo' = 'serve', flags: string[] = []): Promise<Server> {
    const data = mkdtempSync(join(tmpdir(), 'callcard-browser-'));
    const http = `127.0.0.1:${await freePort()}`;
    const sip = `127.0.0.1:${await freePort()}`;
    const low = media();
    const child = spawn(
      binary,
      [command, '--data', data, '--http', http, '--sip', sip, '--rtp', `${low}-${low + mediaPorts - 1}`,
        '--webrtc', '0', '--advertise', '127.0.0.1', '--node', 'browser', ...flags],
      { env: { ...process.env, DATABASE_URL: '', REDIS_URL: '' }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const log: string[] = [];
    const gone = new Promise<void>((done) => child.once('exit', () => done()));
    const ready = new Promise<void>((done, failed) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface(stream).on('line', (line) => {
          log.push(line);
          if (line.startsWith('callcard is ready') || line.includes(http)) done();
        });
      }
      void gone.then(() => failed(new Error(`the server did not start:\n${log.slice(-20).join('\n')}`)));
    });
    ready.catch(() => {}); // it may end long after it was ready
    const server = new Server(data, http, sip, child, gone, log);
    try {
      await within(ready, 'the server to be ready', 40_000);
    } catch (err) {
      await server.stop();
      throw err;
    }
    return server;
  }

  get origin() {
    return `http://${this.http}`;
  }

  /** tail is the end of the server's log. */
  tail(lines = 30) {
    return this.log.slice(-lines).join('\n');
  }

  /** apply declares an office. */
  apply(office: string): Promise<string> {
    const file = join(this.data, `office-${Date.now()}.yaml`);
    writeFileSync(file, office, { mode: 0o600 });
    return new Promise((done, failed) => {
      execFile(binary, ['apply', file, '--data', this.data], { env: { ...process.env, DATABASE_URL: '', REDIS_URL: '' } }, (err, out, complaint) => {
        if (err) failed(new Error(`the office was refused:\n${complaint || out}`));
        else done(out);
      });
    });
  }

  /** stop ends the server and throws its data away. */
  async stop() {
    this.process.kill('SIGINT');
    await within(this.gone, 'the server to stop', 20_000).catch(() => this.process.kill('SIGKILL'));
    await this.gone;
    rmSync(this.data, { recursive: true, force: true });
    const panic = this.log.find((line) => line.includes('panic'));
    if (panic) throw new Error(`the server had a panic: ${panic}`);
  }
}
