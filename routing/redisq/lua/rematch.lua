-- Looks for a waiting call for each of the agents who is free.
for i = firstItem, #ARGV do
  local a = loadAgent(ARGV[i])
  local c = isFree(a) and best(a)
  if c then assign(a, c) end
end
return finish('1')
