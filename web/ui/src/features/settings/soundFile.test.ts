import { expect, it } from 'vitest';
import { largest, soundTrouble } from './soundFile';

it('takes a WAV file', async () => expect(await soundTrouble(new Blob(['RIFF\x10\0\0\0WAVEfmt ']))).toBeUndefined());
it('refuses another one by its head, not by its name', async () => expect(await soundTrouble(new Blob(['ID3\x03 not a wave at all']))).toBe('notWav'));
it('refuses an empty one', async () => expect(await soundTrouble(new Blob([]))).toBe('notWav'));
it('refuses a large one', async () => expect(await soundTrouble(new Blob([new Uint8Array(largest + 1)]))).toBe('large'));
