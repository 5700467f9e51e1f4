-- What an agent or his supervisor wants him to be.
local a = loadAgent(op.agent)
if a.h == '' then a.h = node end
if a.c ~= '' then
  a.x, a.xr = op.state, op.reason
  if op.state == 'available' then a.x, a.xr = '', '' end
  put(a)
  return finish('1')
end
a.x, a.xr = '', ''
if a.s == 'offline' and op.state ~= 'offline' then a['in'], a.i = now, now end
if a.s == 'wrap_up' and op.state ~= 'wrap_up' then a.i = now end
if a.s ~= op.state or a.r ~= op.reason then
  a.s, a.r, a.at, a.m = op.state, op.reason, now, 0
end
settle(a)
return finish('1')
