import { describe, expect, it } from 'vitest';
import { toCyrillic } from '../../scripts/cyrillic.mjs';
import { duration, makeFormat } from './format';
import { closest } from './language';

describe('durations', () => {
  it.each([
    [0, '0:00'],
    [7_900, '0:07'],
    [724_000, '12:04'],
    [3_753_000, '1:02:33'],
    [-5, '0:00'],
  ])('%i ms is %s', (ms, text) => expect(duration(ms)).toBe(text));
});

describe('times', () => {
  const f = makeFormat('en', { today: 'today', yesterday: 'yesterday', tomorrow: 'tomorrow' });
  const now = new Date(2026, 10, 25, 0, 30);
  it('names near days, across midnight too', () => {
    expect(f.when(new Date(2026, 10, 25, 0, 5), now)).toBe('today 00:05');
    expect(f.when(new Date(2026, 10, 24, 23, 59), now)).toBe('yesterday 23:59');
    expect(f.when(new Date(2026, 10, 26, 9, 0), now)).toBe('tomorrow 09:00');
    expect(f.when(new Date(2026, 5, 1, 9, 0), now)).toBe('Jun 1 09:00');
    expect(f.when(new Date(2025, 5, 1, 9, 0), now)).toBe('Jun 1, 2025');
  });
});

it('counts days by the calendar', () => {
  const f = makeFormat('en', { today: 'today', yesterday: 'yesterday', tomorrow: 'tomorrow' });
  expect(f.ago(new Date(2026, 10, 23, 19, 0), new Date(2026, 10, 25, 1, 0))).toBe('2 days ago');
  expect(f.ago(new Date(2026, 10, 24, 0, 30), new Date(2026, 10, 25, 23, 0))).toBe('yesterday');
});

describe('times in Uzbek', () => {
  const f = makeFormat('uz-Latn', { today: 'bugun', yesterday: 'kecha', tomorrow: 'ertaga' });
  const now = new Date(2026, 10, 25, 12, 0);
  it('are in words, whatever the browser knows', () => {
    expect(f.when(new Date(2026, 9, 11, 18, 0), now)).toBe('11-okt 18:00');
    expect(f.when(new Date(2025, 0, 2, 18, 0), now)).toBe('2-yan 2025');
    expect(f.day(new Date(2026, 8, 1))).toBe('1-sentabr 2026');
    expect(f.ago(new Date(2026, 10, 25, 11, 57), now)).toBe('3 daqiqa oldin');
    expect(f.ago(new Date(2026, 10, 25, 14, 0), now)).toBe('2 soatdan keyin');
  });
});

describe('languages', () => {
  it.each([
    ['ru-RU', 'ru'],
    ['uz', 'uz-Latn'],
    ['uz-Cyrl-UZ', 'uz-Cyrl'],
    ['en-GB', 'en'],
    ['de', undefined],
  ])('%s is served in %s', (tag, language) => expect(closest(tag)).toBe(language));
});

describe('Uzbek in Cyrillic', () => {
  it.each([
    ['Qoʻngʻiroqlar', 'Қўнғироқлар'],
    ['Oʻzbekcha', 'Ўзбекча'],
    ['Yoʻq, ertaga', 'Йўқ, эртага'],
    ['Maʼlumot yuklanmoqda', 'Маълумот юкланмоқда'],
    ['Shu chiziq', 'Шу чизиқ'],
    ['SIP parolini yangilash', 'SIP паролини янгилаш'],
    ['{{name}} bilan oxirgi suhbat', '{{name}} билан охирги суҳбат'],
    ['Sahifani yangilash', 'Саҳифани янгилаш'],
    ['Kompaniyani tahrirlash', 'Компанияни таҳрирлаш'],
    ['Yorugʻ', 'Ёруғ'],
    ['Telegram orqali', 'Telegram орқали'],
  ])('%s is %s', (from, to) => expect(toCyrillic(from)).toBe(to));
});
