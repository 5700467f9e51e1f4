-- Renews the lease of this node and frees what lapsed nodes have held. Their agents'
-- phones are out of reach until another node reports them.
redis.call('ZADD', leasesKey, expires, node)
local dead = redis.call('ZRANGEBYSCORE', leasesKey, '-inf', '(' .. int(now))
if #dead == 0 then return finish('1') end
local lapsed = {}
for _, name in ipairs(dead) do
  lapsed[name] = true
  changes[#changes + 1] = 'd'
  changes[#changes + 1] = name
  redis.call('ZREM', leasesKey, name)
  redis.call('HDEL', nodesKey, name)
end

for _, text in ipairs(redis.call('HVALS', callsKey)) do
  local c = cjson.decode(text)
  if lapsed[c.n] then dropCall(c) end
end
local freedAgents = {}
for _, text in ipairs(redis.call('HVALS', agentsKey)) do
  local a = cjson.decode(text)
  local bound, homeless = a.c ~= '' and lapsed[a.n], a.d == 1 and lapsed[a.h]
  if bound then freed(a, 'available', '', 0) end
  if homeless then a.d = 0 end
  if bound or homeless then freedAgents[#freedAgents + 1] = a end
end
for _, a in ipairs(freedAgents) do settle(a) end
return finish('1')
