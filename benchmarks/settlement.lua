-- Sends HTTP requests that were made before, each once: settlement.lua FILE.  The file: a line with the length, the request.
function init(args)
  file = assert(io.open(args[1], "rb"))
  sent = 0
end

function request()
  local length = file:read("*n", "*l")
  if not length then
    file:seek("set", 0)  -- all are sent: what comes now is a repetition, and counted as such
    length = file:read("*n", "*l")
  end
  return file:read(length)
end

refused = 0
function response(status, headers, body)
  if status ~= 200 or not body:find('"infcode":0', 1, true) then
    refused = refused + 1
    if refused == 1 then print("refused: " .. body:sub(1, 300)) end
  end
end

local threads = {}
function setup(thread) table.insert(threads, thread) end
function done(summary, latency)
  local sum = 0
  for _, thread in ipairs(threads) do sum = sum + (thread:get("refused") or 0) end
  print(string.format("SUMMARY %d %d %.3f %.3f %d", summary.requests, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, sum))
end
