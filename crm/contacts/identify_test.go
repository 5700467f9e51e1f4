package contacts_test

import (
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/phone"
)

func uz(crm.ID) phone.Rules { return phone.Rules{Region: "UZ", AreaCode: "71", Line: "office"} }

func TestFirstCallMakesTheCardAndTheNextOpensIt(t *testing.T) {
	s := contacts.NewStore(dbtest.New(t), uz)
	first, err := s.Identify(t.Context(), "+998901234567", "", "")
	if err != nil {
		t.Fatal(err)
	}
	if !first.Created || first.Contact == "" || first.Name != "+998 90 123 45 67" {
		t.Errorf("first call: %+v", first)
	}
	second, err := s.Identify(t.Context(), "+998901234567", "", "Anna")
	if err != nil {
		t.Fatal(err)
	}
	if second.Created || second.Contact != first.Contact || second.Name != first.Name {
		t.Errorf("second call: %+v", second)
	}
}
