package office

import (
	"strconv"
	"strings"
)

// The fields of rows as the difference shows them. A list always has the same
// fields, so that two rows of a kind can be compared by position.

func (u unitRow) fields() []field {
	return []field{
		{name: "parent", value: u.Parent},
		{name: "timezone", value: u.Timezone},
		{name: "region", value: u.Region},
	}
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
