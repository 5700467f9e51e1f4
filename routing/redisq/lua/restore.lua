-- Writes back what a node knows, after Redis was away, emptied or set back, or after
-- others had declared the node dead. The items are pairs of "a" or "c" and a record.
-- On a shared desk only the node's own calls and agents count, and an agent who has
-- been taken over by another living node stays there.
local function mine(name) return not shared or name == node or name == '' end
local function alive(name) return name ~= node and redis.call('HEXISTS', nodesKey, name) == 1 end

if seq < floor then seq = floor end
if not shared then
  redis.call('DEL', agentsKey, freeKey, nodesKey, leasesKey)
end
redis.call('HSET', nodesKey, node, incarnation)
redis.call('ZADD', leasesKey, expires, node)

local known = {}
for i = firstItem, #ARGV, 2 do
  if ARGV[i] == 'c' then known[cjson.decode(ARGV[i + 1]).id] = true end
end
for _, text in ipairs(redis.call('HVALS', callsKey)) do
  local c = cjson.decode(text)
  if mine(c.n) then
    unqueue(c)
    if not known[c.id] then dropCall(c) end
  end
end

for i = firstItem, #ARGV, 2 do
  local record = cjson.decode(ARGV[i + 1])
  if ARGV[i] == 'c' then
    if mine(record.n) then putCall(record) end
  else
    local text = redis.call('HGET', agentsKey, record.id)
    local there = text and cjson.decode(text)
    if not there then
      put(record)
    elseif there.c ~= '' and there.n ~= node and alive(there.n) then
      put(there)
    elseif (record.c ~= '' and record.n == node) or (mine(record.h) and mine(there.h)) then
      if there.h ~= '' and not mine(there.h) then record.d, record.h = there.d, there.h end
      put(record)
    end
  end
end
seq = seq + 1
redis.call('SET', seqKey, int(seq))
return finish('1')
