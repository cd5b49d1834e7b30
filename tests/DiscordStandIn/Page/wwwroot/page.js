'use strict';
const $ = id => document.getElementById(id);
let channel = location.hash.slice(1);
let state = null;

const faults = {
  'Gateway, now': [
    ['Cut the line', 'cut'],
    ['Half-open', 'half-open'],
    ['Op 7', 'reconnect'],
    ['Op 1', 'ask-for-heartbeat'],
    ['Op 9, resume', 'invalid-session', { resumable: true }],
    ['Op 9, lost', 'invalid-session', { resumable: false }],
    ['Close 4000', 'close', { code: 4000 }],
    ['Close 4009', 'close', { code: 4009 }],
    ['No ACKs', 'withhold-acks'],
    ['Refuse for 10 s', 'refuse', { ms: 10000 }],
  ],
  'Gateway, next events': [
    ['Duplicate', 'duplicate'],
    ['Re-order', 'swap'],
  ],
  'Next requests': [
    ['429 user', 'limit', { scope: 'user' }],
    ['429 shared', 'limit', { scope: 'shared' }],
    ['429 global', 'limit', { scope: 'global' }],
    ['503', 'fail', { status: 503 }],
    ['Never answer', 'never-answer'],
    ['Accept, then cut', 'cut-after-accept'],
  ],
  'All': [['Forget them', 'clear']],
};

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

async function get(path) {
  return (await fetch(path)).json();
}

async function post(path, body) {
  const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

function say(id, text, bad = false) {
  $(id).textContent = text;
  $(id).className = bad ? 'bad' : '';
}

function place(id) {
  for (const guild of state.guilds) {
    const found = guild.channels.find(one => one.id === id);
    if (found) return { name: `#${found.name}`, guild };
  }
  const direct = state.direct.find(one => one.id === id);
  return direct && { name: direct.name, guild: null };
}

function entry(one, mark) {
  const button = make('button', { type: 'button' }, make('span', { textContent: mark + one.name }), make('span', { className: 'count', textContent: one.messages || '' }));
  if (one.id === channel) button.setAttribute('aria-current', 'true');
  button.onclick = () => choose(one.id);
  return button;
}

function drawState() {
  $('channels').replaceChildren(...state.guilds.flatMap(guild => [
    make('h3', { textContent: guild.name }),
    ...guild.channels.map(one => entry(one, one.type === 0 ? '# ' : '')),
  ]), ...(state.direct.length ? [make('h3', { textContent: 'Direct messages' }), ...state.direct.map(one => entry(one, ''))] : []));
  $('bots').replaceChildren(...state.bots.map(bot => make('span', {
    className: bot.online ? 'online' : '',
    textContent: `${bot.name}, ${bot.online ? 'online' : 'offline'}`,
  })));
  keep($('human'), state.humans.map(one => [one.username, one.global_name ?? one.username]));
  keep($('bot'), [['', 'all'], ...state.bots.map(bot => [bot.id, bot.name])]);
  drawCounters(state.counters);
  const here = place(channel);
  $('where').textContent = here ? here.name + (here.guild ? ` in ${here.guild.name}` : '') : 'Choose a channel';
}

// A list that is open, or in which something was chosen, stays as it is when nothing has changed.
function keep(select, options) {
  const text = JSON.stringify(options);
  if (select.dataset.options === text) return;
  const before = select.value;
  select.dataset.options = text;
  select.replaceChildren(...options.map(([value, label]) => make('option', { value, textContent: label })));
  if (options.some(([value]) => value === before)) select.value = before;
}

function drawCounters(counters) {
  const names = Object.fromEntries(state.bots.map(bot => [bot.id, bot.name]));
  const rows = [
    ['messages posted', counters.posted],
    ...Object.entries(counters.gateway).map(([key, count]) => [key.replace(/\d{10,}/, id => names[id] ?? id), count]),
    ...Object.entries(counters.refusals).map(([key, count]) => [`429 ${key}`, count]),
    ...Object.entries(counters.requests),
  ];
  $('counters').replaceChildren(make('tbody', {}, ...rows.map(([name, count]) =>
    make('tr', {}, make('td', { textContent: name }), make('td', { textContent: count })))));
}

function drawMessage(one) {
  const said = make('p', { className: /ML1\./.test(one.content) ? 'said frame' : 'said', textContent: one.content.replace(/<@!?(\d+)>/g, (all, id) =>
    '@' + (one.mentions.find(user => user.id === id)?.name ?? id)) });
  const item = make('li', {},
    make('span', { className: one.bot ? 'who bot' : 'who', textContent: one.author }),
    make('span', { className: 'when', textContent: new Date(one.at).toLocaleTimeString() + (one.edited ? ', edited' : '') }),
    said);
  for (const embed of one.embeds) {
    const fields = (embed.fields ?? []).map(field => `${field.name}: ${field.value}`);
    item.append(make('div', { className: 'embed', textContent: [embed.title, embed.description, ...fields].filter(Boolean).join('\n') }));
  }
  for (const file of one.files) item.append(make('div', {}, make('a', { href: file.url, textContent: `${file.filename}, ${file.size} bytes` })));
  for (const part of one.components.flatMap(row => row.components ?? [])) {
    if (!part.custom_id) continue;
    const button = make('button', { type: 'button', textContent: part.label ?? part.custom_id });
    button.onclick = () => use('/stand-in/buttons', { user: $('human').value, channel, message: one.id, custom_id: part.custom_id });
    item.append(button);
  }
  return item;
}

async function drawMessages() {
  const list = $('list');
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const shown = channel ? await get(`/stand-in/channels/${channel}/messages`) : [];
  list.replaceChildren(...shown.map(drawMessage));
  if (!shown.length) list.append(make('li', { className: 'empty', textContent: channel ? 'Nothing has been posted here.' : 'Messages show here.' }));
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function show(pane) {
  document.body.dataset.pane = pane;
  for (const button of document.querySelectorAll('nav button')) {
    if (button.dataset.pane === pane) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }
}

async function choose(id) {
  channel = id;
  history.replaceState(null, '', '#' + id);
  show('messages');
  drawState();
  await drawMessages();
  $('list').scrollTop = $('list').scrollHeight;
}

// /name sub option:value option:"value with spaces"
function parse(text) {
  const words = text.slice(1).match(/[^\s":]+:"[^"]*"|\S+/g) ?? [];
  const options = Object.fromEntries(words.filter(word => word.includes(':')).map(word => {
    const at = word.indexOf(':');
    return [word.slice(0, at), word.slice(at + 1).replace(/^"(.*)"$/, '$1')];
  }));
  return { command: words.filter(word => !word.includes(':')).join(' '), options };
}

async function use(path, body) {
  try {
    const { id } = await post(path, body);
    say('answer', 'Waiting for the bot.');
    for (let i = 0; i < 600; i++) {
      const now = await get('/stand-in/invocations/' + id);
      if (now.state === 'failed') return say('answer', 'The application did not respond.', true);
      if (now.state === 'answered') {
        const embeds = (now.embeds ?? []).map(one => [one.title, one.description].filter(Boolean).join('\n'));
        const texts = [now.content, ...embeds, ...now.followups.map(one => one.content)].filter(Boolean);
        return say('answer', (now.ephemeral ? 'Only you see this: ' : '') + (texts.join('\n') || 'Answered.'));
      }
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  } catch (error) {
    say('answer', error.message, true);
  }
}

$('composer').onsubmit = async submit => {
  submit.preventDefault();
  const text = $('text').value.trim();
  if (!text) return;
  if (!channel) return say('answer', 'Choose a channel first.', true);
  const user = $('human').value;
  say('answer', '');
  if (text.startsWith('/')) {
    await use('/stand-in/commands', { user, channel, ...parse(text) });
    $('text').select();
    return;
  }
  try {
    await post('/stand-in/messages', { user, channel, content: text });
    $('text').value = '';
  } catch (error) {
    say('answer', error.message, true);
  }
};

async function disturb(label, fault, more) {
  try {
    const bot = $('bot').value;
    const { met } = await post('/stand-in/faults/' + fault, { ...more, times: Number($('times').value), ...(bot ? { bot } : {}) });
    say('done', met ? `${label}: ${met} ${met === 1 ? 'connection' : 'connections'}.` : `${label}: done.`);
  } catch (error) {
    say('done', error.message, true);
  }
}

$('faults').replaceChildren(...Object.entries(faults).flatMap(([group, list]) => [
  make('h3', { textContent: group }),
  ...list.map(([label, fault, more]) => make('button', { type: 'button', textContent: label, onclick: () => disturb(label, fault, more) })),
]));
$('latency').onchange = () => disturb('Latency', 'latency', { ms: Number($('latency').value) });
for (const button of document.querySelectorAll('nav button')) button.onclick = () => show(button.dataset.pane);

// Whatever has happened, the world is asked for at most every 100 ms.
let asked = false;
async function refresh(messages) {
  if (asked) return;
  asked = true;
  await new Promise(resolve => setTimeout(resolve, 100));
  asked = false;
  state = await get('/stand-in/state');
  drawState();
  if (messages) await drawMessages();
}

async function start() {
  state = await get('/stand-in/state');
  channel = place(channel) ? channel : state.guilds.at(-1)?.channels[0]?.id ?? '';
  await choose(channel);
  new EventSource('/stand-in/events').onmessage = () => refresh(true);
  setInterval(async () => drawCounters((state.counters = await get('/stand-in/counters'))), 2000);
}
start();
