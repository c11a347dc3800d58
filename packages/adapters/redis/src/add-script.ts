/**
 * Adds deltas to counts unless the stored order is the batch's or above. Redis runs it as one step and logs what it wrote as one.
 *
 *     KEYS[1]  where the order is kept     ARGV[1]  the batch's order, decimal
 *     KEYS[i]  a count                     ARGV[i]  its delta, decimal
 *
 * Answers 1 when it was added, 0 when it was there already. Orders are compared as texts, the longer one being larger: Lua's
 * numbers are floating. Redis does not roll back a script that fails, so an addition that fails (an overflow, a key that
 * holds no integer) takes back those before it and answers the error. Counts of 0 are removed at the end.
 */
export const ADD_SCRIPT = `
local stored = redis.call('GET', KEYS[1])
if stored and (#stored > #ARGV[1] or (#stored == #ARGV[1] and stored >= ARGV[1])) then return 0 end
local function opposite(delta)
  if string.sub(delta, 1, 1) == '-' then return string.sub(delta, 2) end
  return '-' .. delta
end
for i = 2, #KEYS do
  local sum = redis.pcall('INCRBY', KEYS[i], ARGV[i])
  if type(sum) == 'table' and sum.err then
    for j = 2, i - 1 do
      redis.call('INCRBY', KEYS[j], opposite(ARGV[j]))
      if redis.call('GET', KEYS[j]) == '0' then redis.call('DEL', KEYS[j]) end
    end
    return redis.error_reply(sum.err .. ' (key ' .. KEYS[i] .. ')')
  end
end
for i = 2, #KEYS do
  if redis.call('GET', KEYS[i]) == '0' then redis.call('DEL', KEYS[i]) end
end
redis.call('SET', KEYS[1], ARGV[1])
return 1
`;
