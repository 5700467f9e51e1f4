package contacts_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
)

func join(names []string) string { return "[" + strings.Join(names, " ") + "]" }

func (o office) names(t testing.TB, f contacts.Filter) []string {
	t.Helper()
	page, err := o.List(t.Context(), o.anna, f)
	if err != nil {
		t.Fatalf("list %+v: %v", f, err)
	}
	names := make([]string, len(page.Items))
	for i, c := range page.Items {
		names[i] = c.Name
	}
	return names
}

// S1-01.
func TestSearch(t *testing.T) {
	o := newOffice(t)
	o.card(t, contacts.Person, "Ўткир Қодиров", "+998901234567")
	o.card(t, contacts.Person, "Сергей Жуковский", "+79123456789")
	o.card(t, contacts.Person, "Anna Li", "+998712345678 ext 5")
	romashka, err := o.Create(t.Context(), o.anna, contacts.New{
		Kind: contacts.Company, Name: "ООО «Ромашка 221»", TIN: "301234567", Channels: []contacts.ChannelInput{{Kind: "email", Raw: "info@romashka.uz"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.identify(t, "raw:pbx:4455", "")
	for q, want := range map[string]string{
		"O'tkir":          "Ўткир Қодиров",
		"otk":             "Ўткир Қодиров",
		"qodirov otkir":   "Ўткир Қодиров",
		"диро":            "Ўткир Қодиров",
		"zhuk":            "Сергей Жуковский",
		"ЖУК":             "Сергей Жуковский",
		"li":              "Anna Li",
		"an l":            "Anna Li",
		"na":              "",
		"%":               "*",
		"_nna":            "Anna Li",
		"nobody":          "",
		"+998 90 123":     "Ўткир Қодиров",
		"90 123":          "Ўткир Қодиров",
		"8 90 123 45 67":  "Ўткир Қодиров",
		"912345":          "Сергей Жуковский",
		"8 912 345 67 89": "Сергей Жуковский",
		"0079123456789":   "Сергей Жуковский",
		"56-78":           "Anna Li|Сергей Жуковский",
		"345678":          "Anna Li|Сергей Жуковский",
		"4455":            "4455",
		"30123":           romashka.Name,
		"301234567":       romashka.Name,
		"221":             romashka.Name,
		"INFO@rom":        romashka.Name,
		"romashka":        romashka.Name,
		"ромашка":         romashka.Name,
		"\x00\xff":        "*",
	} {
		got := o.names(t, contacts.Filter{Q: q})
		if want == "*" {
			if len(got) != 5 {
				t.Errorf("%q searches for nothing and finds %v", q, got)
			}
			continue
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%q finds %q, want %q", q, s, want)
		}
	}
	if got := o.names(t, contacts.Filter{Phone: "8 (90) 123-45-67"}); len(got) != 1 || got[0] != "Ўткир Қодиров" {
		t.Errorf("by the whole number: %v", got)
	}
	if got := o.names(t, contacts.Filter{Kind: contacts.Company, Type: "client", Owner: o.anna.User}); len(got) != 1 {
		t.Errorf("companies: %v", got)
	}
}

func TestPagesShowEveryCardOnce(t *testing.T) {
	o := newOffice(t)
	for i := range 25 {
		o.card(t, contacts.Person, fmt.Sprintf("Name %d", i%5), fmt.Sprintf("+9989011100%02d", i))
	}
	o.exec(t, `update contact set last_touch_at = date_trunc('day', now())`) // all alike: the id decides
	for _, order := range []contacts.Sort{contacts.ByTouch, contacts.ByName, contacts.ByCreated} {
		var ids []crm.ID
		f := contacts.Filter{Sort: order, Limit: 7}
		for {
			page, err := o.List(t.Context(), o.anna, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Items {
				ids = append(ids, c.ID)
				if len(c.Channels) != 1 {
					t.Errorf("card %s came with %d channels", c.ID, len(c.Channels))
				}
			}
			if f.Cursor = page.Next; f.Cursor == "" {
				break
			}
		}
		slices.Sort(ids)
		if len(ids) != 25 || len(slices.Compact(ids)) != 25 {
			t.Errorf("by %s: %d cards, each once, want 25", order, len(ids))
		}
	}
}

func TestNamesSortCyrillicBeforeLatin(t *testing.T) {
	o := newOffice(t)
	for _, n := range []string{"Zafar", "Ёлкин", "Анна", "anna", "Жасур", "Елкина", "Bek"} {
		o.card(t, contacts.Person, n)
	}
	if got := join(o.names(t, contacts.Filter{Sort: contacts.ByName})); got != "[Анна Ёлкин Елкина Жасур anna Bek Zafar]" {
		t.Error(got)
	}
}

func TestFilterRefusals(t *testing.T) {
	o := newOffice(t)
	for field, f := range map[string]contacts.Filter{
		"limit":  {Limit: 201},
		"cursor": {Cursor: "eyJpIjoiMSJ9"},
		"sort":   {Sort: "height"},
		"phone":  {Phone: "anonymous"},
		"owner":  {Owner: "anna"},
	} {
		_, err := o.List(t.Context(), o.anna, f)
		wantCode(t, err, crm.Invalid, field)
	}
	page, err := o.List(t.Context(), o.anna, contacts.Filter{Sort: contacts.ByName})
	if err != nil || page.Next != "" {
		t.Error(page, err)
	}
}
