package contacts_test

import (
	"testing"

	"github.com/callcard/callcard/crm/contacts"
)

// Whatever is typed into the search field, the answer is a list.
func TestSearchTakesAnyText(t *testing.T) {
	o := newOffice(t)
	o.card(t, contacts.Person, "Anvar 50%_x", "+998901234567")
	for _, q := range []string{"@", "@@", "@п", "п@", "a@\xff", "%", "_", `\`, `'`, "50%", `50\_`, "+", "++", "«»", "\x00", "@\x00", "123456789012345678901234567890", "+998\U0010ffff", "@\U0010ffff", "٩٠١"} {
		if _, err := o.List(t.Context(), o.anna, contacts.Filter{Q: q}); err != nil {
			t.Errorf("%q: %v", q, err)
		}
	}
}

func TestSearchFindsAnyPartOfANumber(t *testing.T) {
	o := newOffice(t)
	anvar := o.card(t, contacts.Person, "Anvar", "+998901234567")
	o.card(t, contacts.Person, "Botir", "+998935550011")
	for _, q := range []string{"+99890123", "90123", "901 23-45", "4567", "2345", "123 45", "234", "0123456", "998901234567"} {
		page, err := o.List(t.Context(), o.anna, contacts.Filter{Q: q})
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != anvar.ID {
			t.Errorf("%q finds %d cards, %v", q, len(page.Items), err)
		}
	}
	for _, q := range []string{"998", "9989"} { // the code of the country says nothing of the number
		if page, err := o.List(t.Context(), o.anna, contacts.Filter{Q: q}); err != nil || len(page.Items) != 0 {
			t.Errorf("%q finds %d cards, %v", q, len(page.Items), err)
		}
	}
}
