'use strict';
const { ApplicationCommandOptionType, Client, Events, GatewayIntentBits, MessageFlags } = require('discord.js');
const { download, event, serve } = require('./wire');

const [base, token] = process.argv.slice(2);
const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages, GatewayIntentBits.MessageContent],
  rest: { api: base + 'api', version: '10', cdn: base },
});

const channel = id => client.channels.fetch(id);
const message = async call => (await channel(call.channel)).messages.fetch(call.message);
const shown = one => ({ id: one.id, content: one.content, files: [...one.attachments.values()].map(file => file.url) });

client.on(Events.Error, error => event('error', error.message));
client.on(Events.MessageCreate, one => event('message', { ...shown(one), author: one.author.username }));
client.on(Events.MessageUpdate, (_, one) => event('edited', shown(one)));
client.on(Events.MessageDelete, one => event('deleted', { id: one.id }));
client.on(Events.ShardResume, () => event('resumed'));
client.on(Events.ShardDisconnect, close => event('disconnected', { code: close.code }));
client.on(Events.InteractionCreate, async interaction => {
  if (interaction.isButton()) {
    await interaction.update({ content: 'pressed', components: [] });
  } else if (interaction.commandName === 'echo') {
    await interaction.reply({ content: interaction.options.getString('text'), flags: MessageFlags.Ephemeral });
  } else {
    await interaction.deferReply();
    await interaction.editReply({ content: 'at last' });
    await interaction.followUp({ content: 'and one more' });
  }
});
client.once(Events.ClientReady, () => event('ready', { name: client.user.username }));

serve({
  download,
  guilds: () => client.guilds.cache.map(guild => ({ name: guild.name, channels: guild.channels.cache.map(one => one.name) })),
  send: async call => shown(await (await channel(call.channel)).send({
    content: call.content,
    nonce: call.nonce,
    enforceNonce: call.nonce !== undefined,
    files: call.file ? [{ attachment: Buffer.from(call.file.text), name: call.file.name }] : [],
    components: call.button ? [{ type: 1, components: [{ type: 2, style: 1, label: call.button, custom_id: call.button }] }] : [],
  })),
  edit: async call => shown(await (await message(call)).edit(call.content)),
  delete: async call => void await (await message(call)).delete(),
  history: async call => [...(await (await channel(call.channel)).messages.fetch({ limit: 10 })).values()].map(shown),
  create: async call => (await client.guilds.cache.get(call.guild).channels.create({ name: call.name })).id,
  register: async call => (await client.application.commands.set([
    { name: 'echo', description: 'Says it again.', options: [{ name: 'text', description: 'What', type: ApplicationCommandOptionType.String, required: true }] },
    { name: 'slow', description: 'Takes its time.' },
  ], call.guild)).size,
  quit: () => client.destroy().then(() => setImmediate(() => process.exit(0))),
});
client.login(token);
