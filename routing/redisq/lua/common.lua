-- Put before every script: what they share. twin.go says the same in Go.
local seqKey, agentsKey, freeKey, callsKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local nodesKey, leasesKey, feedKey, waitingKey = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local incarnation, floor, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local node, expires, shared = ARGV[4], ARGV[5], ARGV[6] == '1'
local ageing, op = tonumber(ARGV[7]), cjson.decode(ARGV[8])
local firstItem = 9

local seq = tonumber(redis.call('GET', seqKey) or '0')
local changes = {}

local function int(n) return string.format('%d', n) end

local function listed(list, item)
  return string.find('\n' .. list .. '\n', '\n' .. item .. '\n', 1, true) ~= nil
end

local function without(list, item)
  local rest = {}
  for word in string.gmatch(list, '[^\n]+') do
    if word ~= item then rest[#rest + 1] = word end
  end
  return table.concat(rest, '\n')
end

local function loadAgent(id)
  local text = redis.call('HGET', agentsKey, id)
  if text then return cjson.decode(text) end
  return {id = id, s = 'offline', at = 0, r = '', c = '', t = '', n = '', x = '', xr = '',
    d = 0, h = '', q = '', i = 0, ['in'] = 0, m = 0, v = 0}
end

local function loadCall(id)
  local text = redis.call('HGET', callsKey, id)
  if text then return cjson.decode(text) end
  return nil
end

local function isFree(a) return a.s == 'available' and a.d == 1 and a.c == '' end

local function rank(c) return c.e - c.p * ageing end

local function mayGet(c, agent)
  if c.o ~= '' and c.u > now and c.o ~= agent then return false end
  return not listed(c.f, agent)
end

local function put(a)
  seq = seq + 1
  a.v = seq
  local text = cjson.encode(a)
  redis.call('HSET', agentsKey, a.id, text)
  redis.call(isFree(a) and 'SADD' or 'SREM', freeKey, a.id)
  changes[#changes + 1] = 'a'
  changes[#changes + 1] = text
end

-- A waiting call stands in the list of its queue and, when it is kept for one
-- agent, in his own: he may serve other queues only.
local function unqueue(c)
  redis.call('ZREM', waitingKey .. c.q, c.id)
  if c.o ~= '' then redis.call('ZREM', waitingKey .. '\n' .. c.o, c.id) end
end

local function putCall(c)
  seq = seq + 1
  c.v = seq
  local text = cjson.encode(c)
  redis.call('HSET', callsKey, c.id, text)
  changes[#changes + 1] = 'c'
  changes[#changes + 1] = text
  if c.w == 1 then
    redis.call('ZADD', waitingKey .. c.q, int(rank(c)), c.id)
    if c.o ~= '' then redis.call('ZADD', waitingKey .. '\n' .. c.o, int(rank(c)), c.id) end
  end
end

local function dropCall(c)
  seq = seq + 1
  if c.w == 1 then unqueue(c) end
  redis.call('HDEL', callsKey, c.id)
  changes[#changes + 1] = 'g'
  changes[#changes + 1] = int(seq) .. ' ' .. c.id
end

local function before(rankA, idA, rankB, idB)
  return rankA < rankB or (rankA == rankB and idA < idB)
end

-- best is the waiting call that should get a free agent; with a limit only calls
-- ranked before it. The lists are read in pages: nearly always the first entry fits.
local function best(a, limit)
  local found
  local function look(list)
    local from, page = 0, 8
    while true do
      local entries = redis.call('ZRANGE', list, from, from + page - 1)
      for _, id in ipairs(entries) do
        local c = loadCall(id)
        if c then
          if found and not before(rank(c), id, rank(found), found.id) then return end
          if limit and not before(rank(c), id, rank(limit), limit.id) then return end
          if mayGet(c, a.id) then
            found = c
            return
          end
        end
      end
      if #entries < page then return end
      from = from + page
    end
  end
  look(waitingKey .. '\n' .. a.id)
  for queue in string.gmatch(a.q, '[^\n]+') do look(waitingKey .. queue) end
  return found
end

local function ring(a, c)
  a.s, a.at, a.r = 'ringing', now, ''
  a.c, a.t, a.n = c.id, c.t, c.n
  put(a)
end

local function assign(a, c)
  unqueue(c)
  c.w, c.a = 0, a.id
  ring(a, c)
  putCall(c)
end

-- settle stores an agent; if he is free and a call waits for such as him, he gets it
-- in the same step.
local function settle(a)
  local c = isFree(a) and best(a)
  if c then assign(a, c) else put(a) end
end

-- freed is an agent after his part in a call: what he wished to be, else next.
local function freed(a, next, reason, maxMissed)
  if a.s == 'ringing' and (reason == 'no_answer' or reason == 'declined') then
    a.m = a.m + 1
    if maxMissed > 0 and a.m >= maxMissed and next == 'available' then
      next, reason, a.m = 'break', 'missed_offers', 0
    end
  end
  if a.s == 'talking' then a.i = now end
  if a.x ~= '' and next ~= 'wrap_up' then
    next, reason, a.x, a.xr = a.x, a.xr, '', ''
  end
  if next == 'available' then reason = '' end
  a.c, a.t, a.n = '', '', ''
  a.s, a.r, a.at = next, reason, now
  return a
end

-- letGo frees the agents that ring for a call.
local function letGo(agents, call, token)
  for id in string.gmatch(agents, '[^\n]+') do
    local a = loadAgent(id)
    if a.c == call and a.t == token and a.s == 'ringing' then
      settle(freed(a, 'available', '', 0))
    end
  end
end

local function withdraw(c)
  dropCall(c)
  letGo(c.a, c.id, c.t)
end

local function finish(answer)
  if #changes > 0 then
    redis.call('SET', seqKey, int(seq))
    if shared then
      redis.call('XADD', feedKey, 'MAXLEN', '~', '10000', '*', 'r', cjson.encode(changes))
    end
  end
  local reply = {'ok', answer}
  for i = 1, #changes do reply[i + 2] = changes[i] end
  return reply
end

