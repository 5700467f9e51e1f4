-- Makes the offer of one agent the talk and frees the others that ring for it.
local a = loadAgent(op.agent)
if op.call == '' or a.c ~= op.call or a.t ~= op.token then return finish('0') end
if a.s == 'talking' then return finish('1') end
a.s, a.at, a.r, a.m = 'talking', now, '', 0
put(a)
local c = loadCall(op.call)
if c and c.t == op.token then
  local others = without(c.a, op.agent)
  c.a, c.k = op.agent, op.agent
  putCall(c)
  letGo(others, op.call, op.token)
end
return finish('1')
