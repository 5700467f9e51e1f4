-- Ends an agent's part in a call. A stale token changes nothing.
local a = loadAgent(op.agent)
if op.call == '' or a.c ~= op.call or a.t ~= op.token then return finish('0') end
local c = loadCall(op.call)
if c and c.t == op.token then
  c.a = without(c.a, op.agent)
  if c.a == '' and c.w == 0 then dropCall(c) else putCall(c) end
end
settle(freed(a, op.next, op.reason, op.max_missed))
return finish('1')
