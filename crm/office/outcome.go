package office

import (
	"slices"
	"strings"

	"github.com/callcard/callcard/crm"
)

// Outcome is what a call can come to, as its agent says afterwards: a disposition.
type Outcome struct {
	Key      string            `json:"key"` // stays when the names change: history has it
	Name     string            `json:"name"`
	Names    map[string]string `json:"names,omitempty"` // by language of the page, where it is not Name
	Kind     string            `json:"kind"`            // one of OutcomeKinds
	Requires string            `json:"requires,omitempty"`
}

// OutcomeKinds say whether an outcome is what the company hopes for.
var OutcomeKinds = []string{"positive", "neutral", "negative"}

// What Outcome.Requires may be: the call needs a note, or a task.
const (
	RequiresNote = "note"
	RequiresTask = "task"
)

// DefaultOutcomes are those of a company that has chosen none.
var DefaultOutcomes = []Outcome{
	{Key: "interested", Name: "Interested", Kind: "positive",
		Names: map[string]string{"ru": "Заинтересован", "uz-Latn": "Qiziqdi", "uz-Cyrl": "Қизиқди"}},
	{Key: "answered", Name: "Question answered", Kind: "positive",
		Names: map[string]string{"ru": "Вопрос решён", "uz-Latn": "Savoli hal boʻldi", "uz-Cyrl": "Саволи ҳал бўлди"}},
	{Key: "call-back", Name: "Call back", Kind: "neutral", Requires: RequiresTask,
		Names: map[string]string{"ru": "Перезвонить", "uz-Latn": "Qayta qoʻngʻiroq", "uz-Cyrl": "Қайта қўнғироқ"}},
	{Key: "refused", Name: "Not interested", Kind: "negative",
		Names: map[string]string{"ru": "Отказ", "uz-Latn": "Rad etdi", "uz-Cyrl": "Рад этди"}},
	{Key: "complaint", Name: "Complaint", Kind: "negative", Requires: RequiresNote,
		Names: map[string]string{"ru": "Жалоба", "uz-Latn": "Shikoyat", "uz-Cyrl": "Шикоят"}},
	{Key: "wrong-number", Name: "Wrong number", Kind: "neutral",
		Names: map[string]string{"ru": "Ошиблись номером", "uz-Latn": "Adashib tushgan", "uz-Cyrl": "Адашиб тушган"}},
}

// Outcomes are what a call of the queue, or without one of the office, can come to, in
// their order: the queue's own, else its office's, else those of the office above, else
// DefaultOutcomes.
func (s *Snapshot) Outcomes(queue string, unit crm.ID) []Outcome {
	if q, ok := s.Queue(queue); ok {
		if q.Outcomes != nil {
			return q.Outcomes
		}
		unit = q.Unit
	}
	for range s.Units {
		u, ok := s.Unit(unit)
		if !ok {
			break
		}
		if u.Outcomes != nil {
			return u.Outcomes
		}
		unit = u.Parent
	}
	return DefaultOutcomes
}

// Outcome finds one of a call's outcomes.
func (s *Snapshot) Outcome(queue string, unit crm.ID, key string) (Outcome, bool) {
	list := s.Outcomes(queue, unit)
	if i := slices.IndexFunc(list, func(o Outcome) bool { return o.Key == key }); i >= 0 {
		return list[i], true
	}
	return Outcome{}, false
}

// outcomesText is a list as the difference shows it; "" for none of one's own.
func outcomesText(list []Outcome) string {
	if list == nil {
		return ""
	}
	texts := make([]string, len(list))
	for i, o := range list {
		names := []string{o.Name}
		for _, language := range Locales {
			if name := o.Names[language]; name != "" {
				names = append(names, name)
			}
		}
		texts[i] = o.Key + ": " + strings.Join(names, " / ") + " (" + o.Kind
		if o.Requires != "" {
			texts[i] += ", requires " + o.Requires
		}
		texts[i] += ")"
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
