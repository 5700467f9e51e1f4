-- Binds an agent to a call that he places, or that a colleague places to him, whatever
-- he was doing, unless it is another call. What he was is what he will be after it.
local a = loadAgent(op.agent)
if a.c ~= '' then return finish(a.c == op.call and a.t == op.token and '1' or '0') end
if a.s == 'break' or a.s == 'offline' then a.x, a.xr = a.s, a.r end
if a.h == '' then a.h = node end
a.s, a.at, a.r, a.m = op.state, now, '', 0
a.c, a.t, a.n = op.call, op.token, node
put(a)
return finish('1')
