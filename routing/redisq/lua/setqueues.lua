-- Which queues agents serve: pairs of an agent and his queues. Who is free gets a
-- call that waits there.
for i = firstItem, #ARGV, 2 do
  local a = loadAgent(ARGV[i])
  a.q = ARGV[i + 1]
  settle(a)
end
return finish('1')
