'use strict';
// One call of OpenAI's own client: what to call and with what comes in as JSON, what came of it goes out as JSON.
const { OpenAI } = require('openai');

async function run({ base, key, retries, timeout, call, parameters, leaveAfter, headers }) {
  const client = new OpenAI({ baseURL: base, apiKey: key, maxRetries: retries, timeout });
  const path = call.split('.');
  const method = path.pop();
  const owner = path.reduce((part, name) => part[name], client);
  const leaving = new AbortController();
  const promise = owner[method](...parameters, { signal: leaving.signal, headers: headers ?? undefined });
  const { data, response } = await promise.withResponse();
  const about = {
    requestId: response.headers.get('x-request-id'), limit: response.headers.get('x-ratelimit-limit-requests'),
    cache: response.headers.get('x-meatlizard-cache'),
  };
  if (!data[Symbol.asyncIterator] || data.data) {
    return { ...about, result: data };
  }
  const events = [];
  for await (const event of data) {
    events.push(event);
    if (events.length === leaveAfter) {
      leaving.abort();
      break;
    }
  }
  return { ...about, events };
}

(async () => {
  let said;
  try {
    said = await run(JSON.parse(process.argv[2]));
  } catch (error) {
    said = {
      error: {
        kind: error.constructor.name, status: error.status ?? null, code: error.code ?? null, type: error.type ?? null,
        param: error.param ?? null, message: error.message,
      },
    };
  }
  process.stdout.write(JSON.stringify(said));
})();
