package contacts_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
)

func TestCreateAndGet(t *testing.T) {
	o := newOffice(t)
	made, err := o.Create(t.Context(), o.anna, contacts.New{
		Kind: contacts.Company, Name: "  ООО «Ромашка» ", Types: []string{"supplier"}, TIN: "301234567", Lang: "ru", TZ: "Asia/Tashkent",
		Custom: map[string]any{"floor": 3.0},
		Channels: []contacts.ChannelInput{
			{Raw: "8 71 234-56-78 доб. 12", Label: "office"},
			{Kind: "email", Raw: "Info@Romashka.uz"},
			{Kind: "telegram", Raw: "@Romashka"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.Get(t.Context(), o.bek, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != "ООО «Ромашка»" || got.Kind != contacts.Company || got.TIN != "301234567" || got.Owner != o.anna.User || got.Unit != o.unit ||
		got.Version != 1 || got.AutoCreated || got.Custom["floor"] != 3.0 {
		t.Errorf("%+v", got)
	}
	var norms []string
	for _, ch := range got.Channels {
		norms = append(norms, ch.String())
	}
	if s := strings.Join(norms, " "); s != "phone:+998712345678;ext=12 email:info@romashka.uz telegram:romashka" {
		t.Errorf("channels are %s", s)
	}
	if n := o.number(t, `select count(*) from audit where object_id = $1 and action = 'create' and login = 'anna' and diff->'name'->>1 = 'ООО «Ромашка»'`, string(made.ID)); n != 1 {
		t.Errorf("%d lines of audit, want 1", n)
	}
}

func TestWhatACardMayNotBe(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct {
		field string
		n     contacts.New
	}{
		{"name", contacts.New{Name: "  "}},
		{"name", contacts.New{Name: strings.Repeat("я", 201)}},
		{"name", contacts.New{Name: "two\nlines"}},
		{"name", contacts.New{Name: "a\xffb"}},
		{"kind", contacts.New{Name: "A", Kind: "robot"}},
		{"types", contacts.New{Name: "A", Types: []string{"client", "client"}}},
		{"tin", contacts.New{Name: "A", TIN: "12"}},
		{"lang", contacts.New{Name: "A", Lang: "klingonese!"}},
		{"tz", contacts.New{Name: "A", TZ: "Tashkent"}},
		{"custom", contacts.New{Name: "A", Custom: map[string]any{"x": "\x00"}}},
		{"owner", contacts.New{Name: "A", Owner: crm.NewID()}},
		{"channels.0.raw", contacts.New{Name: "A", Channels: []contacts.ChannelInput{{Raw: "hello"}}}},
		{"channels.0.raw", contacts.New{Name: "A", Channels: []contacts.ChannelInput{{Raw: "+99890123"}}}},
		{"channels.0.raw", contacts.New{Name: "A", Channels: []contacts.ChannelInput{{Raw: ""}}}},
		{"channels.1.raw", contacts.New{Name: "A", Channels: []contacts.ChannelInput{{Raw: "901234567"}, {Kind: "email", Raw: "nobody"}}}},
		{"channels.0.kind", contacts.New{Name: "A", Channels: []contacts.ChannelInput{{Kind: "Smoke signal", Raw: "x"}}}},
		{"channels.0.ext", contacts.New{Name: "A", Channels: []contacts.ChannelInput{{Raw: "901234567", Ext: "abc"}}}},
		{"channels.0.status", contacts.New{Name: "A", Channels: []contacts.ChannelInput{{Raw: "901234567", Status: "gone"}}}},
		{"channels", contacts.New{Name: "A", Channels: []contacts.ChannelInput{{Raw: "901234567"}, {Raw: "+998 90 123 45 67"}}}},
	} {
		_, err := o.Create(t.Context(), o.anna, c.n)
		wantCode(t, err, crm.Invalid, c.field)
	}
	if n := o.number(t, `select (select count(*) from contact) + (select count(*) from channel) + (select count(*) from audit)`); n != 0 {
		t.Errorf("refused cards left %d rows behind", n)
	}
	if _, err := o.Create(t.Context(), o.anna, contacts.New{Name: strings.Repeat("я", 200)}); err != nil {
		t.Errorf("a name of 200 letters: %v", err)
	}
}

func TestCreateWarnsOfTheCardThatHasTheNumber(t *testing.T) {
	o := newOffice(t)
	known := o.identify(t, "+998901234567", "Anvar")
	n := contacts.New{Name: "Anvar Karimov", Channels: []contacts.ChannelInput{{Raw: "90 123 45 67"}}}
	_, err := o.Create(t.Context(), o.anna, n)
	e := wantCode(t, err, crm.Conflict, "channels")
	existing, _ := e.Detail["existing"].([]contacts.Existing)
	if len(existing) != 1 || existing[0] != (contacts.Existing{ID: known.Contact, Name: "Anvar", Phone: "+998901234567"}) {
		t.Errorf("the conflict names %v", e.Detail)
	}
	n.Force = true
	if _, err := o.Create(t.Context(), o.anna, n); err != nil {
		t.Error(err)
	}
	if _, err := o.Create(t.Context(), o.stranger, contacts.New{Name: "Anvar", Channels: n.Channels}); err != nil {
		t.Errorf("the other office may not know of the card, yet: %v", err)
	}
}

func TestCallAndTypingOfOneNewNumberAtOnce(t *testing.T) {
	o := newOffice(t)
	var wg sync.WaitGroup
	const phone = "+998905550001"
	wg.Go(func() {
		_, err := o.Create(t.Context(), o.anna, contacts.New{Name: "Typed", Channels: []contacts.ChannelInput{{Raw: phone}}})
		if err != nil && crm.CodeOf(err) != crm.Conflict {
			t.Error(err)
		}
	})
	wg.Go(func() { o.identify(t, phone, "Called") })
	wg.Wait()
	if n := o.number(t, `select count(*) from channel where norm = $1`, phone); n != 1 {
		t.Errorf("%d cards have the number, want 1", n)
	}
}

func ptr[T any](v T) *T { return &v }

func TestPatch(t *testing.T) {
	o := newOffice(t)
	r := o.identify(t, "+998901234567", "")
	c, err := o.Get(t.Context(), o.anna, r.Contact)
	if err != nil {
		t.Fatal(err)
	}
	was := c.Channels[0]
	c, err = o.Patch(t.Context(), o.anna, c.ID, contacts.Patch{
		Version: 1, Name: ptr("Anvar Karimov"), Owner: &o.bek.User, Custom: map[string]any{"car": "Cobalt"},
		Add:  []contacts.ChannelInput{{Raw: "71 234-56-78"}},
		Edit: []contacts.ChannelEdit{{ID: was.ID, ChannelInput: contacts.ChannelInput{Raw: was.Raw, Label: "mobile"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "Anvar Karimov" || c.Owner != o.bek.User || c.Version != 2 || c.AutoCreated || c.Custom["car"] != "Cobalt" ||
		len(c.Channels) != 2 || c.Channels[0].Label != "mobile" || c.Channels[1].Norm != "+998712345678" {
		t.Errorf("%+v", c)
	}
	again, err := o.Patch(t.Context(), o.anna, c.ID, contacts.Patch{Version: 2, Name: ptr("Anvar Karimov")})
	if err != nil || again.Version != 2 {
		t.Errorf("a patch without a change: version %d, %v", again.Version, err)
	}
	c, err = o.Patch(t.Context(), o.anna, c.ID, contacts.Patch{
		Remove: []crm.ID{c.Channels[1].ID}, Custom: map[string]any{"car": nil},
		Add: []contacts.ChannelInput{{Raw: "71 234-56-78", Label: "again"}},
	})
	if err != nil || len(c.Channels) != 2 || c.Channels[1].Label != "again" || len(c.Custom) != 0 {
		t.Errorf("a number removed and added in one patch: %+v, %v", c, err)
	}
	page, err := o.List(t.Context(), o.anna, contacts.Filter{Q: "анвар"})
	if err != nil || len(page.Items) != 1 {
		t.Errorf("the card is not found by its new name: %v, %v", page.Items, err)
	}
}

func TestPatchConflictTellsWhatChanged(t *testing.T) {
	o := newOffice(t)
	c := o.card(t, contacts.Person, "Anvar", "+998901234567")
	for _, name := range []string{"Anvar K.", "Anvar Karimov"} {
		if _, err := o.Patch(t.Context(), o.bek, c.ID, contacts.Patch{Name: &name}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := o.Patch(t.Context(), o.anna, c.ID, contacts.Patch{Version: 1, TIN: ptr("301234567")})
	e := wantCode(t, err, crm.Conflict, "version")
	changed, _ := e.Detail["changed"].(map[string][2]any)
	if e.Detail["version"] != 3 || len(changed) != 1 || changed["name"] != [2]any{"Anvar", "Anvar Karimov"} {
		t.Errorf("the conflict says %v", e.Detail)
	}
}

func TestPatchRefusals(t *testing.T) {
	o := newOffice(t)
	c := o.card(t, contacts.Person, "Anvar", "+998901234567")
	o.card(t, contacts.Person, "Vali", "+998901234568")
	for _, p := range []struct {
		code  crm.Code
		field string
		patch contacts.Patch
	}{
		{crm.Invalid, "name", contacts.Patch{Name: ptr(" ")}},
		{crm.Invalid, "remove.0", contacts.Patch{Remove: []crm.ID{crm.NewID()}}},
		{crm.Invalid, "edit.0.id", contacts.Patch{Edit: []contacts.ChannelEdit{{ID: crm.NewID()}}}},
		{crm.Invalid, "add.0.raw", contacts.Patch{Add: []contacts.ChannelInput{{Raw: "?"}}}},
		{crm.Conflict, "channels", contacts.Patch{Add: []contacts.ChannelInput{{Raw: "+998901234568"}}}},
		{crm.Forbidden, "", contacts.Patch{Unit: &o.another}},
	} {
		_, err := o.Patch(t.Context(), o.anna, c.ID, p.patch)
		wantCode(t, err, p.code, p.field)
	}
	after, err := o.Get(t.Context(), o.anna, c.ID)
	if err != nil || after.Version != 1 || len(after.Channels) != 1 {
		t.Errorf("refused patches left %+v, %v", after, err)
	}
}

func TestDelete(t *testing.T) {
	o := newOffice(t)
	c := o.card(t, contacts.Person, "Anvar", "+998901234567")
	if err := o.ChooseCandidate(t.Context(), o.anna, "+998901234567", c.ID, contacts.Always); err != nil {
		t.Fatal(err)
	}
	wantCode(t, o.Delete(t.Context(), o.anna, c.ID, 7), crm.Conflict, "version")
	if err := o.Delete(t.Context(), o.anna, c.ID, 1); err != nil {
		t.Fatal(err)
	}
	wantCode(t, o.Delete(t.Context(), o.anna, c.ID, 0), crm.NotFound, "")
	_, err := o.Get(t.Context(), o.anna, c.ID)
	wantCode(t, err, crm.NotFound, "")
	if r := o.identify(t, "+998901234567", ""); !r.Created || r.Contact == c.ID {
		t.Errorf("the number of a deleted card is not free: %+v", r)
	}
}

func TestChooseRefusals(t *testing.T) {
	o := newOffice(t)
	c := o.card(t, contacts.Person, "Anvar", "+998901234567")
	wantCode(t, o.ChooseCandidate(t.Context(), o.anna, "+998900000000", c.ID, contacts.Chosen), crm.Invalid, "contact_id")
	wantCode(t, o.ChooseCandidate(t.Context(), o.anna, "+998901234567", c.ID, contacts.Spam), crm.Invalid, "hint")
	wantCode(t, o.MarkNumber(t.Context(), o.anna, "+998901234567", contacts.Always), crm.Invalid, "hint")
}
