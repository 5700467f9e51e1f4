// Uzbek in Latin letters to Uzbek in Cyrillic letters. The Latin alphabet of 1995 maps
// onto the Cyrillic one letter by letter, but for words of Russian origin, whose
// Cyrillic spelling is kept by custom: those are listed.

// What stays Latin wherever it stands: names, protocols, keys of the keyboard.
const latin =
  /\{\{[^}]*\}\}|<[^>]*>|https?:\S+|[\w.]+@[\w.]+|\b(?:Callcard|SIP|RTP|UDP|TCP|TLS|API|CRM|DTMF|WAV|PCM|MOS|IP|URL|ID|INVITE|OPTIONS|BYE|CSV|Ctrl|Cmd|Shift|Alt|Enter|Esc|Tab|Space|Telegram|WhatsApp|Viber|Instagram|Wi-Fi|HTTP|JSON|E\.164|office\.yaml|[HKMNOT])\b(?=$|[^a-zʻʼ'‘’])|\b[A-Z]-\b/g;

// Stems by their Latin beginning; the ending is transliterated.
const loans = Object.entries({
  parol: 'пароль', rol: 'роль', filtr: 'фильтр', funksiya: 'функция', operatsiya: 'операция', litsenziya: 'лицензия',
  integratsiya: 'интеграция', konferensiya: 'конференция', avtorizatsiya: 'авторизация', kompaniya: 'компания', versiya: 'версия',
  sessiya: 'сессия', seans: 'сеанс', strategiya: 'стратегия', yanvar: 'январь', fevral: 'февраль', aprel: 'апрель', iyun: 'июнь', iyul: 'июль',
  sentabr: 'сентябрь', oktabr: 'октябрь', noyabr: 'ноябрь', dekabr: 'декабрь', profil: 'профиль', modul: 'модуль', model: 'модель',
  rublik: 'рублик', obyekt: 'объект', subyekt: 'субъект', kontakt: 'контакт', protsent: 'процент', informatsiya: 'информация',
  administrator: 'администратор', operator: 'оператор', telefon: 'телефон', elektron: 'электрон', email: 'email', byudjet: 'бюджет',
  syomka: 'съёмка', konteyner: 'контейнер', sentyabr: 'сентябрь', paneli: 'панели', panel: 'панель', kabel: 'кабель', detal: 'деталь',
  stansiya: 'станция', registratsiya: 'регистрация', diapazon: 'диапазон', kategoriya: 'категория', aksiya: 'акция', sirk: 'цирк',
  ssilka: 'ссылка', aktual: 'актуал', sinxron: 'синхрон', onlayn: 'онлайн', pult: 'пульт',
}).sort(([a], [b]) => b.length - a.length);

const pairs = { sh: 'ш', ch: 'ч', ya: 'я', yo: 'ё', yu: 'ю', ye: 'е' };
const letters = {
  a: 'а', b: 'б', c: 'к', d: 'д', e: 'е', f: 'ф', g: 'г', h: 'ҳ', i: 'и', j: 'ж', k: 'к', l: 'л', m: 'м', n: 'н', o: 'о', p: 'п',
  q: 'қ', r: 'р', s: 'с', t: 'т', u: 'у', v: 'в', w: 'в', x: 'х', y: 'й', z: 'з', "'": 'ъ',
};

export function toCyrillic(text) {
  let out = '';
  let at = 0;
  for (const keep of text.matchAll(latin)) {
    out += convert(text.slice(at, keep.index)) + keep[0];
    at = keep.index + keep[0].length;
  }
  return out + convert(text.slice(at));
}

const convert = (text) => text.replace(/[‘’ʻʼ`]/g, "'").replace(/[A-Za-z']+/g, word);

function word(w) {
  const low = w.toLowerCase();
  const loan = loans.find(([stem]) => low.startsWith(stem));
  if (loan) {
    const ending = plain(w.slice(loan[0].length), false);
    const stem = /^[аеёиоуэюяў]/i.test(ending) ? loan[1].replace(/ь$/, '') : loan[1]; // пароль, but паролини
    return like(w, stem) + ending;
  }
  return plain(w, true);
}

function plain(w, starts) {
  let out = '';
  for (let i = 0; i < w.length; ) {
    const low = w.slice(i, i + 2).toLowerCase();
    const before = i > 0 ? w[i - 1].toLowerCase() : starts ? '' : 'x';
    let [size, to] = [1, letters[low[0]]];
    if (low === "o'") [size, to] = [2, 'ў'];
    else if (low === "g'") [size, to] = [2, 'ғ'];
    else if (low === 'yo' && w[i + 2] === "'") to = 'й'; // yoʻ is й and ў
    else if (pairs[low]) [size, to] = [2, pairs[low]];
    else if (low[0] === 'e' && (before === '' || 'aeiou'.includes(before))) to = 'э';
    out += like(w.slice(i, i + size), to);
    i += size;
  }
  return out;
}

/** Gives `to` the case of `from`. */
function like(from, to) {
  if (from === from.toLowerCase()) return to;
  if (from.length > 1 && from === from.toUpperCase() && to.length > 1) return to.toUpperCase();
  return to[0].toUpperCase() + to.slice(1);
}
