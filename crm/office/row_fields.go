package office

import (
	"strconv"
	"strings"
)

// The fields of rows as the difference shows them. A list always has the same
// fields, so that two rows of a kind can be compared by position.

func (u unitRow) fields() []field {
	var d Dialling
	if u.Dialling != nil {
		d = *u.Dialling
	}
	fields := []field{
		{name: "parent", value: u.Parent},
		{name: "timezone", value: u.Timezone},
		{name: "region", value: u.Region},
		{name: "dialling.allow", value: strings.Join(d.Allow, ", ")},
		{name: "dialling.deny", value: strings.Join(d.Deny, ", ")},
	}
	for _, role := range Roles {
		fields = append(fields, field{name: "dialling.roles." + role, value: strings.Join(d.Roles[role], ", ")})
	}
	return append(fields,
		field{name: "dialling.trunks", value: strings.Join(d.Trunks, ", ")},
		field{name: "dialling.caller_id", value: d.CallerID},
		field{name: "dialling.per_hour", value: limit(d.PerHour)},
		field{name: "outcomes", value: outcomesText(u.Outcomes)},
	)
}

func (u userRow) fields() []field {
	return []field{
		{name: "name", value: u.Name},
		{name: "password", value: u.PasswordHash, secret: true},
		{name: "role", value: u.Role},
		{name: "office", value: u.Unit},
		{name: "extension", value: u.Extension},
		{name: "sip_password", value: u.HA1MD5 + u.HA1SHA256, secret: true},
		{name: "auto_available", value: yes(u.AutoAvailable)},
		{name: "locale", value: u.Locale},
		{name: "blocked", value: yes(u.Blocked)},
	}
}

func (t trunkRow) fields() []field {
	reg := registerJSON{}
	if t.Register != nil {
		reg = *t.Register
	}
	return []field{
		{name: "hosts", value: strings.Join(t.Hosts, ", ")},
		{name: "register.server", value: reg.Server},
		{name: "register.user", value: reg.User},
		{name: "register.password", value: reg.Password, secret: true},
		{name: "region", value: t.Region},
		{name: "area_code", value: t.AreaCode},
		{name: "max_calls", value: limit(t.MaxCalls)},
		{name: "disabled", value: yes(t.Disabled)},
	}
}

func (q queueRow) fields() []field {
	return []field{
		{name: "office", value: q.Unit},
		{name: "agents", value: strings.Join(q.Agents, ", ")},
		{name: "strategy", value: q.Strategy},
		{name: "previous_manager.mode", value: q.PreviousMode},
		{name: "previous_manager.wait", value: short(ms(q.PreviousWaitMS))},
		{name: "ring", value: short(ms(q.RingMS))},
		{name: "wrap_up", value: short(ms(q.WrapUpMS))},
		{name: "wrap_up_until", value: until(q.UntilOutcome)},
		{name: "outcomes", value: outcomesText(q.Outcomes)},
		{name: "callback_to", value: q.CallbackTo},
		{name: "record", value: strconv.FormatBool(q.Record)},
		{name: "priority", value: strconv.Itoa(q.Priority)},
		{name: "max_wait", value: short(ms(q.MaxWaitMS))},
	}
}

func (n numberRow) fields() []field {
	return []field{
		{name: "number", value: n.Number},
		{name: "queue", value: n.Queue},
		{name: "office", value: n.Unit},
		{name: "source", value: n.Source},
	}
}

// until shows only what is unusual: most wrap-ups have their time.
func until(outcome bool) string {
	if outcome {
		return "outcome"
	}
	return ""
}

// yes shows only what is unusual: a flag that is off reads as nothing.
func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func limit(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
