-- A node begins. What an earlier process of the same name has left is cleared: its
-- calls are gone, its phones will be reported anew. A desk that is not shared has no
-- other owner, so all of it is this node's.
local function mine(name) return not shared or name == node end

redis.call('HSET', nodesKey, node, incarnation)
redis.call('ZADD', leasesKey, expires, node)
for _, text in ipairs(redis.call('HVALS', callsKey)) do
  local c = cjson.decode(text)
  if mine(c.n) then dropCall(c) end
end
local left = {}
for _, text in ipairs(redis.call('HVALS', agentsKey)) do
  local a = cjson.decode(text)
  local bound, homeless = a.c ~= '' and mine(a.n), a.d == 1 and mine(a.h)
  if bound then freed(a, 'available', '', 0) end
  if homeless then a.d = 0 end
  if bound or homeless then left[#left + 1] = a end
end
for _, a in ipairs(left) do settle(a) end
seq = seq + 1
redis.call('SET', seqKey, int(seq))
return finish('1')
