'use strict';
const { ApplicationCommandOptionTypes, ApplicationCommandTypes, ButtonStyles, Client, ComponentTypes, MessageFlags } = require('oceanic.js');
const { download, event, serve } = require('./wire');

const [base, token] = process.argv.slice(2);
const client = new Client({
  auth: 'Bot ' + token,
  rest: { baseURL: base + 'api/v10' },
  gateway: { compress: 'zlib-stream', intents: ['GUILDS', 'GUILD_MESSAGES', 'DIRECT_MESSAGES', 'MESSAGE_CONTENT'] },
});

const shown = one => ({ id: one.id, content: one.content, files: [...one.attachments.values()].map(file => file.url) });

client.on('error', error => event('error', String(error.message ?? error)));
client.on('messageCreate', one => event('message', { ...shown(one), author: one.author.username }));
client.on('messageUpdate', one => event('edited', shown(one)));
client.on('messageDelete', one => event('deleted', { id: one.id }));
client.on('shardResume', () => event('resumed'));
client.on('shardDisconnect', error => event('disconnected', { code: error?.code ?? null }));
client.on('interactionCreate', async interaction => {
  if (interaction.isComponentInteraction()) {
    await interaction.editParent({ content: 'pressed', components: [] });
  } else if (interaction.data.name === 'echo') {
    await interaction.createMessage({ content: interaction.data.options.getString('text', true), flags: MessageFlags.EPHEMERAL });
  } else {
    await interaction.defer();
    await interaction.editOriginal({ content: 'at last' });
    await interaction.createFollowup({ content: 'and one more' });
  }
});
client.once('ready', () => event('ready', { name: client.user.username }));

serve({
  download,
  guilds: () => client.guilds.map(guild => ({ name: guild.name, channels: guild.channels.map(one => one.name) })),
  send: async call => shown(await client.rest.channels.createMessage(call.channel, {
    content: call.content,
    nonce: call.nonce,
    enforceNonce: call.nonce !== undefined,
    files: call.file ? [{ contents: Buffer.from(call.file.text), name: call.file.name }] : [],
    components: call.button
      ? [{ type: ComponentTypes.ACTION_ROW, components: [{ type: ComponentTypes.BUTTON, style: ButtonStyles.PRIMARY, label: call.button, customID: call.button }] }]
      : [],
  })),
  edit: async call => shown(await client.rest.channels.editMessage(call.channel, call.message, { content: call.content })),
  delete: call => client.rest.channels.deleteMessage(call.channel, call.message),
  history: async call => (await client.rest.channels.getMessages(call.channel, { limit: 10 })).map(shown),
  create: async call => (await client.rest.guilds.createChannel(call.guild, 0, { name: call.name })).id,
  register: async call => (await client.application.bulkEditGuildCommands(call.guild, [
    {
      type: ApplicationCommandTypes.CHAT_INPUT,
      name: 'echo',
      description: 'Says it again.',
      options: [{ name: 'text', description: 'What', type: ApplicationCommandOptionTypes.STRING, required: true }],
    },
    { type: ApplicationCommandTypes.CHAT_INPUT, name: 'slow', description: 'Takes its time.' },
  ])).length,
  quit: () => { client.disconnect(false); setImmediate(() => process.exit(0)); },
});
client.connect();
