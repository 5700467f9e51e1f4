package fold

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters writes one letter of Cyrillic in Latin. Ё is Е; signs without a sound
// vanish.
var letters = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "j", 'з': "z", 'и': "i",
	'й': "y", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t",
	'у': "u", 'ф': "f", 'х': "h", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "sh", 'ъ': "", 'ы': "i", 'ь': "",
	'э': "e", 'ю': "yu", 'я': "ya",
	'ў': "o", 'қ': "k", 'ғ': "g", 'ҳ': "h", // Uzbek
	'ә': "a", 'ө': "o", 'ү': "u", 'ұ': "u", 'ң': "n", 'і': "i", 'ї': "i", 'є': "e", 'ґ': "g", // Kazakh, Kyrgyz, Ukrainian
	'ß': "ss", 'ı': "i", 'ø': "o", 'ł': "l", 'æ': "e", 'œ': "e", 'đ': "d",
}

// apostrophes are dropped: oʻ and gʻ of Uzbek are typed with any of them or none.
const apostrophes = "'`´’‘‛ʻʼʽʹʾʿ′＇"

// Key folds a name: words of lower-case letters and digits with one space between.
// Letters of scripts other than Latin and Cyrillic stay as they are.
func Key(name string) string {
	var k key
	k.out = make([]rune, 0, len(name)+8)
	for _, c := range norm.NFKC.String(strings.ToValidUTF8(name, " ")) {
		c = unicode.ToLower(c)
		switch {
		case c < 0x80:
			k.ascii(byte(c))
		case strings.ContainsRune(apostrophes, c) || unicode.Is(unicode.M, c) || unicode.Is(unicode.Cf, c):
		default:
			k.foreign(c)
		}
	}
	k.endWord()
	return strings.TrimSuffix(string(k.out), " ")
}

func (k *key) ascii(c byte) {
	switch {
	case c >= 'a' && c <= 'z':
		k.letter(rune(c))
	case c >= '0' && c <= '9':
		k.endLetters()
		k.out = append(k.out, rune(c))
	case c == '\'' || c == '`':
	default:
		k.endWord()
	}
}

func (k *key) foreign(c rune) {
	if latin, ok := letters[c]; ok {
		for _, l := range latin {
			k.letter(l)
		}
		return
	}
	if base := []rune(norm.NFD.String(string(c)))[0]; base != c && base < 0x80 {
		k.ascii(byte(unicode.ToLower(base)))
		return
	}
	if unicode.IsLetter(c) || unicode.IsDigit(c) {
		k.endLetters()
		k.out = append(k.out, c)
		return
	}
	k.endWord()
}
