// The page Settings: what holds where a conversation says nothing; and for admins what holds in places and in the whole installation.
import * as api from "./api.js";
import { configurationSection } from "./configuration.js";
import { announce, h } from "./dom.js";
import { choice, form } from "./forms.js";
import { section } from "./sections.js";
import { outside } from "./settings.js";

const standing = {
  ready: "A worker that is online has it.",
  awaited: "No worker is online that could say; it is waited for.",
  provider_only: "No worker that is online has it; a provider does.",
  worker_not_ready: "The workers that have it take nothing new now, so it is passed over.",
  provider_not_ready: "Only a provider has it, which is not asked now, so it is passed over.",
  unknown: "Nobody who is online has it, so it is passed over.",
  not_allowed: "You may not ask it, so it is passed over.",
};

export const settingSections = (user, isAdmin) => [
  ownSection(), linkSection(user), ...(isAdmin ? [installationSection(), placeSection(), configurationSection()] : []),
];

/** [value, words] pairs: none, what is here, and what was chosen although it is not here now. */
function options(models, chosen, none) {
  const known = models.map(model => [model.id, (model.title && model.title !== model.id ? `${model.id} · ${model.title}` : model.id) + outside(model)]);
  const missing = chosen && !models.some(model => model.id.toLowerCase() === chosen.toLowerCase());
  return [["", none], ...(missing ? [[chosen, `${chosen} (not here now)`]] : []), ...known];
}

/** The listed name that is meant, in its own capitals. */
const spelled = (models, chosen) => models.find(model => model.id.toLowerCase() === chosen?.toLowerCase())?.id ?? chosen ?? "";

function modelField(name, label, models, settings, none) {
  const element = choice(name, label, options(models, settings.model, none), spelled(models, settings.model));
  element.append(h("p", { class: "hint", "data-testid": `${name}-standing` }, standing[settings.model_standing] ?? ""));
  return element;
}

function ownSection() {
  const said = h("p", { class: "hint", role: "status", "data-testid": "own-settings-said" });
  return section("Your defaults", "own-settings", async reload => {
    const [own, { items: models }] = await Promise.all([api.ownSettings(), api.chatModels()]);
    return [
      h("p", { class: "hint" }, "For your conversations that name no model, or have no system prompt, of their own; from the next question on."),
      form([
        modelField("own-model", "Model", models, own, "Whatever the server has chosen"),
        h("div", { class: "field" },
          h("label", { for: "system_prompt" }, "System prompt"),
          h("textarea", {
            id: "system_prompt", name: "system_prompt", rows: 4, dir: "auto", "data-testid": "own-system-prompt", "aria-describedby": "system_prompt-fault",
            value: own.system_prompt ?? "",
          }),
          h("p", { id: "system_prompt-fault", class: "fault" })),
      ], "Save", "own-settings-form", async values => {
        said.textContent = "";
        await api.changeOwnSettings({ model: values["own-model"] || null, system_prompt: values.system_prompt.trim() || null });
        await reload();
        said.textContent = "Saved.";
      }),
      said,
    ];
  });
}

function linkSection(user) {
  const row = (href, words, hint) => h("li", {}, h("div", { class: "row-text" }, h("a", { href }, words), h("span", { class: "hint" }, hint)));
  return h("section", { class: "card", "data-testid": "settings-links" }, h("h2", {}, "More of yours"),
    h("ul", { class: "rows" },
      row("#/account", "Your account", user.role === "guest" ? "Password, where you are signed in, your data, leaving" : "Password, where you are signed in, API keys, your data, leaving"),
      row("#/usage", "Usage", "What you may use, and how much of it is used")));
}

function installationSection() {
  const said = h("p", { class: "hint", role: "status", "data-testid": "installation-said" });
  return section("Default model", "installation", async reload => {
    const [settings, { items: models }] = await Promise.all([api.installation(), api.chatModels()]);
    return [
      h("p", { class: "hint" }, "For everybody, where neither a conversation, nor its person, nor its place names one that can be asked."),
      form([modelField("installation-model", "Model", models, settings, "Whichever is ready")], "Save", "installation-form", async values => {
        said.textContent = "";
        await api.changeInstallation({ model: values["installation-model"] || null });
        await reload();
        said.textContent = "Saved.";
      }),
      said,
    ];
  });
}

const kinds = { web: "this page and the API", guild: "a server on Discord", channel: "a channel on Discord", direct_message: "messages on Discord" };

function placeSection() {
  return section("Places", "places", async reload => {
    const [{ items }, { items: models }] = await Promise.all([api.places(), api.chatModels()]);
    return [
      h("p", { class: "hint" }, "A place's model counts for those who have not chosen one themselves."),
      h("ul", { class: "rows" }, items.map(place => placeRow(place, models, reload))),
    ];
  });
}

function placeRow(place, models, reload) {
  const fault = h("span", { class: "fault", role: "alert" });
  const select = h("select", {
    "aria-label": `Model in ${place.name}`, "data-testid": "place-model",
    async onchange() {
      try {
        await api.changePlace(place.id, { model: select.value || null });
        announce(`The model in ${place.name} is changed.`);
        await reload();
      } catch (error) {
        fault.textContent = error.message;
      }
    },
  }, options(models, place.model, "As the installation").map(([value, words]) =>
    h("option", { value, selected: value === spelled(models, place.model) }, words)));
  return h("li", { "data-testid": "place" },
    h("div", { class: "row-text" },
      h("span", {}, place.name),
      h("span", { class: "hint" }, [kinds[place.kind] ?? place.kind, place.model && standing[place.model_standing]].filter(Boolean).join(" · ")),
      fault),
    h("div", { class: "row-actions" }, select));
}
