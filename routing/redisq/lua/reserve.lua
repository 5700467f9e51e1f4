-- Takes the first free candidate (or all that are free) for a call, else lets it
-- wait. A waiting call whose turn is earlier gets the candidate first.
local c = loadCall(op.call)
if c then
  if c.t == op.token then return finish(c.a) end
  withdraw(c)
end
c = {id = op.call, q = op.queue, p = op.priority, e = op.entered, o = op.only, u = op.only_until,
  f = op.refused, n = node, t = op.token, w = 0, a = '', k = '', v = 0}

local taken = {}
if #ARGV >= firstItem then
  local free = redis.call('SMISMEMBER', freeKey, unpack(ARGV, firstItem))
  for i, yes in ipairs(free) do
    local id = ARGV[firstItem + i - 1]
    if yes == 1 and mayGet(c, id) then
      local a = loadAgent(id)
      local ahead = isFree(a) and best(a, c)
      if ahead then
        assign(a, ahead)
      elseif isFree(a) then
        ring(a, c)
        taken[#taken + 1] = id
        if not op.all then break end
      end
    end
  end
end

if #taken > 0 then
  c.a = table.concat(taken, '\n')
  putCall(c)
elseif op.join then
  c.w = 1
  putCall(c)
end
return finish(c.a)
