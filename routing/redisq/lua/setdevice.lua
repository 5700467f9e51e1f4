-- Whether a phone of an agent can ring; his home is the node that has it.
local a = loadAgent(op.agent)
if op.up then
  a.d, a.h = 1, node
elseif a.h == node or a.h == '' then
  a.d = 0
else
  return finish('0')
end
settle(a)
return finish('1')
