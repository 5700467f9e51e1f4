package contacts

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Link ties a person to a company that he works for. It is told from either card, so
// it names the other one.
type Link struct {
	ID       crm.ID `json:"id"` // of the other card
	Name     string `json:"name"`
	Position string `json:"position"` // of the person, in words; may be empty
	Phone    string `json:"phone,omitempty" doc:"The person's first number, in E.164. Only of people."`
}

// peopleOnCard is how many people of a company its card names; all of them are counted.
const peopleOnCard = 50

const maxPosition = 100 // characters

const companiesSQL = `
select l.person_id, c.id, c.name::text as name, l.position
from contact_link l join contact c on c.id = l.company_id
where l.person_id = any(@contacts) and c.deleted_at is null and {scope}
order by l.person_id, l.created_at, c.id`

const peopleSQL = `
select c.id, c.name::text as name, l.position, count(*) over ()::int as people,
       coalesce((select x.norm from channel x where x.contact_id = c.id and x.kind = 'phone' and x.deleted_at is null order by x.id limit 1), '') as phone
from contact_link l join contact c on c.id = l.person_id
where l.company_id = @company and c.deleted_at is null and {scope}
order by c.name, c.id
limit @limit`

// Linked fills in the companies of a person, or the people of a company, that v may read.
func (s *Store) Linked(ctx context.Context, v crm.Viewer, c *Contact) error {
	if c.Kind == Person {
		one := []Contact{*c}
		err := withCompanies(ctx, s.pool, v, one)
		*c = one[0]
		return err
	}
	type personRow struct {
		ID       crm.ID
		Name     string
		Position string
		People   int
		Phone    string
	}
	args := pgx.NamedArgs{"company": string(c.ID), "limit": peopleOnCard}
	rows, err := collect[personRow](ctx, s.pool, scoped(peopleSQL, v, crm.Read, args), args)
	if err != nil {
		return fmt.Errorf("read the people of contact %s: %w", c.ID, err)
	}
	for _, r := range rows {
		c.PeopleCount = r.People
		c.People = append(c.People, Link{ID: r.ID, Name: r.Name, Position: r.Position, Phone: r.Phone})
	}
	return nil
}

// withCompanies fills in the companies of people, in the order in which they were added.
func withCompanies(ctx context.Context, q db.Querier, v crm.Viewer, contacts []Contact) error {
	at := map[crm.ID]int{}
	var people []string
	for i, c := range contacts {
		if c.Kind == Person {
			at[c.ID] = i
			people = append(people, string(c.ID))
		}
	}
	if len(people) == 0 {
		return nil
	}
	type companyRow struct {
		PersonID crm.ID
		ID       crm.ID
		Name     string
		Position string
	}
	args := pgx.NamedArgs{"contacts": people}
	rows, err := collect[companyRow](ctx, q, scoped(companiesSQL, v, crm.Read, args), args)
	if err != nil {
		return fmt.Errorf("read the companies of contacts: %w", err)
	}
	for _, r := range rows {
		c := &contacts[at[r.PersonID]]
		c.Companies = append(c.Companies, Link{ID: r.ID, Name: r.Name, Position: r.Position})
	}
	return nil
}

// Link says that a person works for a company, and as what. v may change the person and
// read the company; the person's version counts the change. Conflict as in Patch.
func (s *Store) Link(ctx context.Context, v crm.Viewer, person, company crm.ID, position string, version int) (Contact, error) {
	position = strings.TrimSpace(position)
	if err := checkLine("position", position, maxPosition); err != nil {
		return Contact{}, err
	}
	is, err := s.relink(ctx, v, person, company, version, &position)
	if err != nil {
		return Contact{}, fmt.Errorf("link contact %s to company %s: %w", person, company, err)
	}
	return is, nil
}

// Unlink says that a person does not work for a company any more. NotFound when he did
// not; else as Link.
func (s *Store) Unlink(ctx context.Context, v crm.Viewer, person, company crm.ID, version int) (Contact, error) {
	is, err := s.relink(ctx, v, person, company, version, nil)
	if err != nil {
		return Contact{}, fmt.Errorf("take contact %s out of company %s: %w", person, company, err)
	}
	return is, nil
}

const (
	positionSQL = `select position from contact_link where person_id = @person and company_id = @company`
	linkSQL     = `
insert into contact_link (person_id, company_id, position) values (@person, @company, @position)
on conflict (person_id, company_id) do update set position = excluded.position`
	unlinkSQL = `delete from contact_link where person_id = @person and company_id = @company`
	editedSQL = `update contact set auto_created = false, version = version + 1, updated_at = now() where id = @person`
)

// for share of c: whoever makes a person of the company or puts it away comes before the
// link or after it.
const companySQL = `
select ` + columns + `
from contact c
where c.id = survivor(@id) and c.deleted_at is null and {scope}
for share of c`

// relink makes position what the person is in the company; nil: nothing.
func (s *Store) relink(ctx context.Context, v crm.Viewer, person, company crm.ID, version int, position *string) (Contact, error) {
	var p, c Contact
	var done bool
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) (err error) {
		if p, err = one(ctx, tx, v, crm.Update, lockSQL, person); err != nil {
			return err
		}
		if c, err = one(ctx, tx, v, crm.Read, companySQL, company); err != nil {
			return err
		}
		switch {
		case version != 0 && version != p.Version:
			return changedSince(ctx, tx, p, version)
		case p.Kind != Person:
			return crm.InvalidField("id", "Only a person works for a company.")
		case c.Kind != Company:
			return crm.InvalidField("company", "%s is not a company.", c.Name)
		}
		args := pgx.NamedArgs{"person": string(p.ID), "company": string(c.ID), "position": position}
		was, err := collect[struct{ Position string }](ctx, tx, positionSQL, args)
		switch {
		case err != nil:
			return err
		case len(was) == 0 && position == nil:
			return crm.Errorf(crm.NotFound, "%s does not work for %s.", p.Name, c.Name)
		case len(was) == 1 && position != nil && was[0].Position == *position:
			return nil
		}
		var before, after *string
		change := unlinkSQL
		if len(was) == 1 {
			before = &was[0].Position
		}
		if position != nil {
			change, after = linkSQL, position
		}
		for _, sql := range []string{change, editedSQL} {
			if _, err := tx.Exec(ctx, sql, args); err != nil {
				return err
			}
		}
		done = true
		return auditLink(ctx, tx, v, p, c, before, after)
	})
	if err != nil {
		return Contact{}, err
	}
	is, err := one(ctx, s.pool, crm.SystemViewer(v.Via), crm.Read, getSQL, p.ID)
	if err == nil && done {
		s.changed(Change{Was: p, Is: is, By: v.User, Fields: []string{fieldCompanies}})
		s.changed(Change{Was: c, Is: c, By: v.User, Fields: []string{fieldPeople}})
	}
	return is, err
}

// What a change of a link is called on either card.
const (
	fieldCompanies = "companies"
	fieldPeople    = "people"
)

// auditLink tells it in the history of both cards.
func auditLink(ctx context.Context, tx db.Querier, v crm.Viewer, person, company Contact, was, is *string) error {
	named := func(name string, position *string) any {
		switch {
		case position == nil:
			return nil
		case *position == "":
			return name
		}
		return name + " (" + *position + ")"
	}
	err := db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "update", Object: crm.Contacts, ID: person.ID, Diff: map[string][2]any{
		fieldCompanies: {named(company.Name, was), named(company.Name, is)}, "version": {person.Version, person.Version + 1}}})
	if err != nil {
		return err
	}
	return db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "update", Object: crm.Contacts, ID: company.ID, Diff: map[string][2]any{
		fieldPeople: {named(person.Name, was), named(person.Name, is)}}})
}

const linkedSQL = `select exists (select from contact_link where person_id = @id or company_id = @id) as linked`

// mayTurn refuses to make a company of a person, or the other way round, while links
// say otherwise.
func mayTurn(ctx context.Context, tx db.Querier, id crm.ID) error {
	found, err := collect[struct{ Linked bool }](ctx, tx, linkedSQL, pgx.NamedArgs{"id": string(id)})
	if err == nil && found[0].Linked {
		err = crm.InvalidField("kind", "People and their company are linked here. Take the links away first.")
	}
	return err
}

// companyOf completes a statement about @contact: the company that he acts for is the one
// that he works for, if there is just one.
const companyOf = `(select (array_agg(l.company_id))[1] from contact_link l where l.person_id = survivor(@contact) having count(*) = 1)`
