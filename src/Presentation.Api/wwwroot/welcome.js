// What a conversation without messages shows, and what is said while there is no model to answer.
import * as api from "./api.js";
import { h } from "./dom.js";
import { settingsFields } from "./settings.js";

/** The models of this server that chat, asked for again while there are none. */
export class Models {
  items = [];
  problem;
  #timer;
  #left = false;

  constructor(onChange) {
    this.onChange = onChange;
  }

  leave() {
    this.#left = true;
    clearTimeout(this.#timer);
  }

  async load() {
    clearTimeout(this.#timer);
    try {
      const { items, problem } = await api.chatModels();
      if (this.#left) return;
      const before = this.problem;
      this.items = items;
      this.problem = this.items.length > 0 ? undefined : problem ?? "No model is ready on this server.";
      if (before !== this.problem || this.problem === undefined) this.onChange();
    } catch (error) {
      if (!(error instanceof api.Unreachable)) throw error;
    } finally {
      if (!this.#left && this.items.length === 0) this.#timer = setTimeout(() => this.load().catch(() => {}), 5000);
    }
  }
}

/** No model, no answer: the way to one instead, unless it was just said above. */
export function noModelCard(models, said) {
  return models.problem && h("section", { class: "card", role: "note", "data-testid": "no-model" },
    h("h2", {}, "There is no model yet"),
    models.problem !== said && h("p", {}, models.problem),
    h("p", { class: "hint" }, "This notice goes away by itself as soon as a model is ready. Until then nothing is made up."));
}

export class Welcome {
  #fields;

  constructor() {
    this.card = h("div");
    this.settings = h("details", { class: "aside new-settings", "data-testid": "new-settings" }, h("summary", {}, "Model, system prompt, temperature"));
    this.element = h("div", { class: "welcome", "data-testid": "welcome" },
      h("img", { src: "/lizard.svg", alt: "", class: "mark" }),
      h("p", { class: "greeting" }, "What would you like to talk about?"),
      h("p", { class: "hint" }, "Answers come from models on the owner's own machines. Under each one stands where it came from."),
      this.card, this.settings);
  }

  draw(models) {
    this.card.replaceChildren(...[noModelCard(models)].filter(Boolean));
    // What was already typed into the fields is not thrown away because a model arrived.
    if (this.#fields && this.settings.contains(document.activeElement)) return;
    const written = this.#fields?.read();
    this.#fields?.element.remove();
    this.#fields = settingsFields(models.items);
    this.settings.append(this.#fields.element);
    for (const [id, value] of [["#model", written?.model], ["#system-prompt", written?.system_prompt], ["#temperature", written?.temperature]])
      if (value !== undefined) this.#fields.element.querySelector(id).value = value;
  }

  read() {
    return this.#fields?.read() ?? {};
  }
}
