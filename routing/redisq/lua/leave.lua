-- Takes a call out of the desk and frees the agents that ring for it.
local c = loadCall(op.call)
if c then withdraw(c) end
return finish('1')
