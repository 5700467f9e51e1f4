-- The time of a wrap-up is over: the agent is what he has wished to be, else available.
local a = loadAgent(op.agent)
if a.s ~= 'wrap_up' then return finish('0') end
a.s, a.r = 'available', ''
if a.x ~= '' then a.s, a.r = a.x, a.xr end
a.x, a.xr, a.at, a.i, a.m = '', '', now, now, 0
settle(a)
return finish('1')
