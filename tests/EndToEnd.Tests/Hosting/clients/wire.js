'use strict';
// How a test talks to a client: one JSON object a line. A line in has "id" and "do"; the line out has the same id and "result" or
// "error". Lines out with "event" come by themselves.
const readline = require('node:readline');

function say(line) {
  process.stdout.write(JSON.stringify(line) + '\n');
}

exports.event = (event, data) => say({ event, data });

exports.serve = verbs => {
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('line', async line => {
    const call = JSON.parse(line);
    try {
      say({ id: call.id, result: (await verbs[call.do](call)) ?? null });
    } catch (error) {
      say({ id: call.id, error: String(error.code ?? '') + ' ' + error.message });
    }
  });
  // Whoever started us is gone.
  lines.on('close', () => process.exit(0));
};

exports.download = async ({ url }) => Buffer.from(await (await fetch(url)).arrayBuffer()).toString('utf8');
