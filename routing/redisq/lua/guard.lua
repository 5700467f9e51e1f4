-- A node that Redis does not know, or a Redis older than what the node has seen:
-- nothing is done, the node rebuilds first.
if seq < floor or redis.call('HGET', nodesKey, node) ~= incarnation then
  return {'gone'}
end

