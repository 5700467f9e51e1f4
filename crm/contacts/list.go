package contacts

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// Sort is the order of a list.
type Sort string

const (
	ByTouch   Sort = "last_touch" // the last in touch first; the default
	ByName    Sort = "name"       // Cyrillic before Latin
	ByCreated Sort = "created"    // the newest first
)

// Filter chooses cards; its zero value all that the viewer may read.
type Filter struct {
	Q      string // words of the name in any script, a part of a number, a mail address, a taxpayer's number
	Phone  string // a whole number in any form
	Kind   Kind
	Type   string
	Owner  crm.ID
	Sort   Sort
	Limit  int    // 1..200; 0 is 50
	Cursor string // Next of the page before
}

// Page is a part of a list.
type Page struct {
	Items []Contact
	Next  string // cursor of the next page; "" on the last
}

// List gives the cards that v may read. Invalid names the field of the filter.
func (s *Store) List(ctx context.Context, v crm.Viewer, f Filter) (Page, error) {
	if f.Sort == "" {
		f.Sort = ByTouch
	}
	limit, err := pageSize(f.Limit)
	if err != nil {
		return Page{}, err
	}
	rules := s.rules(v.Unit)
	common, err := s.common(ctx, f.Q, rules)
	if err != nil {
		return Page{}, err
	}
	q, err := listQuery(v, f, rules, limit, common)
	if err != nil {
		return Page{}, err
	}
	// The plan must suit this very pattern and place, so it is made anew each time:
	// a plan for any pattern reads the whole table for every second of them.
	rows, err := collect[row](ctx, s.pool, q.sql(), pgx.QueryExecModeCacheDescribe, q.args)
	if err != nil {
		return Page{}, fmt.Errorf("list contacts: %w", err)
	}
	var page Page
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		page.Next = f.Sort.cursor(last).String()
	}
	page.Items = make([]Contact, len(rows))
	for i, r := range rows {
		page.Items[i] = r.contact()
	}
	if err := withChannels(ctx, s.pool, page.Items); err != nil {
		return Page{}, err
	}
	return page, withCompanies(ctx, s.pool, v, page.Items)
}

func (s Sort) cursor(last row) cursor {
	c := cursor{Sort: s, ID: last.ID}
	switch s {
	case ByName:
		c.Name = last.Name
	case ByTouch:
		c.At = last.LastTouchAt
	}
	return c
}
