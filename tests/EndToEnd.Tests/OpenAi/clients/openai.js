'use strict';
// Calls of OpenAI's own client: what to call and with what, and what came of it.
const { OpenAI } = require('openai');
const { serve } = require('./wire');

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

// The client's own loop: it calls the tools that the model asks for, and sends the whole conversation again, as it keeps it.
async function runTools({ base, key, timeout, parameters, rounds }) {
  const client = new OpenAI({ baseURL: base, apiKey: key, maxRetries: 0, timeout });
  const tools = parameters.tools.map(tool => ({ ...tool, function: { ...tool.function, parse: JSON.parse, function: () => 'found' } }));
  const runner = client.chat.completions.runTools({ ...parameters, tools }, { maxChatCompletions: rounds });
  await runner.done();
  return { messages: runner.messages };
}

// A stream that was left may end in an error when nobody listens any more.
process.on('unhandledRejection', error => console.error(error));

serve({
  runTools,
  call: async asked => {
    try {
      return await run(asked);
    } catch (error) {
      return {
        error: {
          kind: error.constructor.name, status: error.status ?? null, code: error.code ?? null, type: error.type ?? null,
          param: error.param ?? null, message: error.message,
        },
      };
    }
  },
});
