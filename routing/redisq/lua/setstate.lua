-- What an agent or his supervisor wants him to be.
local a = loadAgent(op.agent)
if a.h == '' then a.h = node end
if a.c ~= '' then
  a.x, a.xr = op.state, op.reason
  if op.state == 'available' then a.x, a.xr = '', '' end
  put(a)
  return finish('1')
end
local state, reason = op.state, op.reason
if a.s == 'wrap_up' and state == 'available' and a.x ~= '' then state, reason = a.x, a.xr end
a.x, a.xr = '', ''
if a.s == 'offline' and state ~= 'offline' then a['in'], a.i = now, now end
if a.s == 'wrap_up' and state ~= 'wrap_up' then a.i = now end
if a.s ~= state or a.r ~= reason then
  a.s, a.r, a.at, a.m = state, reason, now, 0
end
settle(a)
return finish('1')
