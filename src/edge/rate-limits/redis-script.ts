import { type Charge, mostAhead } from './store.ts';

/**
 * All buckets of one request in one step: either every one gives what is asked of it, or none does. Redis runs one script at a time, so
 * nothing comes between the looking and the taking, and it tells the time: gateways whose clocks differ count alike. (It replicates what a
 * script wrote, not the script, so the time may be asked: Redis 5 and later.)
 *
 * A value is when the bucket will be full, in microseconds; the key goes when it is. A clock that is set back makes nobody wait longer
 * than a bucket takes to fill, unless the bucket may owe.
 */
export const script = `
local owes = ARGV[1] == '1'
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full = redis.call('MGET', unpack(KEYS))
local answer = { 1 }
for i = 1, #KEYS do
  local interval, burst, units, most = unpack(ARGV, 4 * i - 2, 4 * i + 1)
  local ahead = math.max(0, (tonumber(full[i]) or now) - now)
  ahead = math.min(ahead, tonumber(most))
  if not owes and ahead + units * interval > burst * interval then answer[1] = 0 end
  answer[i + 1] = ahead
end
if answer[1] == 1 then
  for i = 1, #KEYS do
    local interval, _, units = unpack(ARGV, 4 * i - 2, 4 * i + 1)
    local ahead = math.min(answer[i + 1] + units * interval, ${mostAhead})
    if ahead > 0 then
      redis.call('SET', KEYS[i], string.format('%.0f', now + ahead), 'PX', string.format('%.0f', math.ceil(ahead / 1000)))
    end
    answer[i + 1] = ahead
  end
end
return answer
`;

/** Four for each charge, after the one that says whether they are owed. */
export function scriptArguments(charges: readonly Charge[], owes: boolean): readonly number[] {
  return [
    owes ? 1 : 0,
    ...charges.flatMap(({ interval, burst, units, limit }) => [
      interval,
      burst,
      units,
      limit.countBy === 'RESOLVED' ? mostAhead : burst * interval,
    ]),
  ];
}
