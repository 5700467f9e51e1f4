package fold

import (
	"strings"
)

// key is a folded name in the making. Spellings of one sound become one as the
// letters arrive, by looking back at what is written already.
type key struct{ out []rune }

// spellings are the endings that are rewritten as soon as they stand there.
var spellings = []struct{ from, to string }{
	{"shch", "sh"}, // Shcherbakov, Щербаков
	{"sch", "sh"},  // Schmidt, Шмидт
	{"zh", "j"},    // Zhukovskiy, Жуковский
	{"dj", "j"},    // Джамшид, Jamshid
	{"kh", "h"},    // Khasan, Hasan, Хасан
	{"gh", "g"},    // Ghofur, Gʻofur, Ғофур
	{"yo", "e"},    // Semyonov, Семёнов, Семенов
	{"ye", "e"},    // Yelena, Елена, Elena
	{"iya", "ia"},  // Mariya, Мария, Maria
	{"iyu", "iu"},
	{"ii", "i"}, // Zhukovskii
}

// same are the letters that stand for a sound another letter has.
var same = map[rune]rune{'x': 'h', 'q': 'k', 'w': 'v'}

// letter adds a letter a-z.
func (k *key) letter(c rune) {
	if s, ok := same[c]; ok {
		c = s
	}
	switch k.last() {
	case 'y': // the consonant й or the vowel ы, unless it only softens what follows
		if c != 'a' && c != 'u' && c != 'o' && c != 'e' {
			k.drop(1)
			k.write('i')
		}
	case 'c': // ch is a letter of its own; else it is k
		if c == 'k' {
			k.drop(1)
		} else if c != 'h' {
			k.drop(1)
			k.write('k')
		}
	}
	k.write(c)
}

// write adds c and rewrites the ending as long as there is a spelling for it.
func (k *key) write(c rune) {
	k.out = append(k.out, c)
	for again := true; again; {
		again = false
		for _, s := range spellings {
			if k.endsWith(s.from) {
				k.drop(len(s.from))
				k.out = append(k.out, []rune(s.to)...)
				again = true
				break
			}
		}
	}
}

// endLetters settles a letter that waited for the next one.
func (k *key) endLetters() {
	switch k.last() {
	case 'y':
		k.drop(1)
		k.write('i')
	case 'c':
		k.drop(1)
		k.write('k')
	}
}

func (k *key) endWord() {
	k.endLetters()
	if l := k.last(); l != 0 && l != ' ' {
		k.out = append(k.out, ' ')
	}
}

func (k *key) last() rune {
	if len(k.out) == 0 {
		return 0
	}
	return k.out[len(k.out)-1]
}

func (k *key) drop(n int) { k.out = k.out[:len(k.out)-n] }

func (k *key) endsWith(s string) bool {
	return len(k.out) >= len(s) && strings.HasSuffix(string(k.out[len(k.out)-len(s):]), s)
}
