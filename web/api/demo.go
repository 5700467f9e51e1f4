package api

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/web/auth"
)

// Demo is the demo office, where clients call by themselves.
type Demo interface {
	// State is what the first-run page shows; without the password.
	State() DemoState
	// Password is that of every demo user.
	Password() string
	// Call lets a client call number to, "" for the office's first one. who is "new",
	// "known", "shared" or "anonymous", else a telephone number. It returns the
	// number that calls, "" for a hidden one. A client without a manager of his own
	// comes to me, if I am a manager who serves the number: crm.Conflict when I
	// can't take a call. crm.TooMany when enough call already.
	Call(ctx context.Context, me crm.ID, who, to string) (from string, err error)
	// SetLanguage begins to put the demo's clients that nobody has changed into
	// another language. crm.Conflict while that is going on.
	SetLanguage(language string) error
	// SetAutoAnswer says whether a manager's telephone answers by itself.
	SetAutoAnswer(login string, auto bool) error
}

// DemoState is what the first-run page shows.
type DemoState struct {
	People    []DemoPerson `json:"people"`
	Password  string       `json:"password,omitempty" doc:"Of all of them. Only for a browser on the server's own machine."`
	Numbers   []DemoNumber `json:"numbers" doc:"That clients dial."`
	Language  string       `json:"language" enum:"ru,uz,en" doc:"Of the clients and their history."`
	Languages []string     `json:"languages"`
	Rewriting *Progress    `json:"rewriting,omitempty" doc:"While the clients are being put into another language."`
	Calling   int          `json:"calling" doc:"How many built-in callers call right now."`
	MaxCalls  int          `json:"max_calls"`
	Shared    string       `json:"shared" doc:"A number that two people of one company share."`
}

// Progress of something that takes a moment.
type Progress struct {
	Done  int `json:"done"`
	Total int `json:"total"`
}

// DemoPerson is somebody one may sign in as.
type DemoPerson struct {
	Login     string `json:"login"`
	Name      string `json:"name"`
	Role      string `json:"role"`
	Extension string `json:"extension,omitempty"`
	Auto      bool   `json:"auto" doc:"His telephone answers by itself."`
}

// DemoNumber is a number of the office.
type DemoNumber struct {
	Number string `json:"number"`
	Queue  string `json:"queue"`
	Source string `json:"source,omitempty"`
}

func (a *API) demo() (Demo, error) {
	if a.Demo == nil {
		return nil, crm.Errorf(crm.NotFound, "This is no demo: `callcard demo` starts one.")
	}
	return a.Demo, nil
}

type demoOutput struct{ Body DemoState }

func (a *API) getDemo(_ context.Context, in *request) (*demoOutput, error) {
	d, err := a.demo()
	if err != nil {
		return nil, err
	}
	s := d.State()
	if auth.FromThisMachine(in.r) {
		s.Password = d.Password()
	}
	return &demoOutput{s}, nil
}

type demoCallInput struct {
	Body struct {
		From string `json:"from" maxLength:"50" doc:"new, known, shared, anonymous, or the id of a card." example:"new"`
		To   string `json:"to,omitempty" maxLength:"50" doc:"One of the office's numbers; the first if missing."`
	}
}

type demoCallOutput struct {
	Body struct {
		From string `json:"from" doc:"The number that calls now; empty: it is hidden."`
	}
}

func (a *API) demoCall(ctx context.Context, in *demoCallInput) (*demoCallOutput, error) {
	d, err := a.demo()
	if err != nil {
		return nil, err
	}
	who := in.Body.From
	if id, err := crm.ParseID(who); err == nil {
		card, err := a.Contacts.Get(ctx, viewer(ctx), id)
		if err != nil {
			return nil, onField("from", err)
		}
		phones := card.Phones()
		if len(phones) == 0 {
			return nil, crm.InvalidField("from", "This client has no telephone number.")
		}
		who = phones[0].Norm
	}
	out := &demoCallOutput{}
	out.Body.From, err = d.Call(ctx, viewer(ctx).User, who, in.Body.To)
	return out, err
}

type demoLanguageInput struct {
	Body struct {
		Language string `json:"language" enum:"ru,uz,en"`
	}
}

func (a *API) demoLanguage(_ context.Context, in *demoLanguageInput) (*demoOutput, error) {
	d, err := a.demo()
	if err != nil {
		return nil, err
	}
	if err := d.SetLanguage(in.Body.Language); err != nil {
		return nil, err
	}
	return &demoOutput{d.State()}, nil
}

type demoPhonesInput struct {
	Body struct {
		Login string `json:"login"`
		Auto  bool   `json:"auto" doc:"His telephone answers by itself; else it rings on."`
	}
}

func (a *API) demoPhones(_ context.Context, in *demoPhonesInput) (*demoOutput, error) {
	d, err := a.demo()
	if err != nil {
		return nil, err
	}
	if err := d.SetAutoAnswer(in.Body.Login, in.Body.Auto); err != nil {
		return nil, err
	}
	return &demoOutput{d.State()}, nil
}
