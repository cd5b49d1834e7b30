// The line above a conversation: its title, what it is asked with, and what can be done with the whole of it.
import * as api from "./api.js";
import { h, icon, iconButton } from "./dom.js";
import { ask, settingsFields } from "./settings.js";

export class Header {
  #title = h("h1", { dir: "auto", "data-testid": "conversation-title" }, "New conversation");
  #menu;
  #model = h("span", { class: "model-name" });

  /** on: { changed(session), deleted() }; of: { session(), models() } */
  constructor(list, of, on) {
    this.of = of;
    this.on = on;
    this.#menu = h("details", { class: "menu", hidden: true, "data-testid": "menu" },
      h("summary", { class: "icon-button", "aria-label": "More", title: "More" }, icon("more")),
      h("div", { class: "menu-items" },
        this.#item("Rename and settings", "open-settings", () => this.#settings()),
        this.#item("Close conversation", "close-session", () => this.#close()),
        this.#item("Delete", "delete-session", () => this.#delete())));
    this.element = h("header", { class: "bar" },
      h("span", { class: "drawer-open" }, iconButton("menu", "Show the conversations", () => list.show(), "open-drawer")),
      this.#title, this.#model, this.#menu);
    document.addEventListener("click", this.#elsewhere);
    document.addEventListener("keydown", this.#elsewhere);
  }

  leave() {
    document.removeEventListener("click", this.#elsewhere);
    document.removeEventListener("keydown", this.#elsewhere);
  }

  draw(session) {
    const title = session ? session.title || "Untitled" : "New conversation";
    this.#title.textContent = title;
    this.#model.textContent = session?.model ?? "";
    this.#menu.hidden = !session;
    this.#menu.querySelector("[data-testid=close-session]").hidden = session?.status === "archived";
    document.title = session ? `${title} · MeatLizard` : "MeatLizard";
  }

  #elsewhere = event => {
    if (event.type === "keydown" && event.key === "Escape") this.#fold();
    else if (event.type === "click" && !this.#menu.contains(event.target)) this.#menu.open = false;
  };

  // What is folded away can't keep the focus, and a dialog gives it back to where it was before.
  #fold() {
    if (this.#menu.open && this.#menu.contains(document.activeElement)) this.#menu.querySelector("summary").focus();
    this.#menu.open = false;
  }

  #item(label, testId, act) {
    return h("button", {
      type: "button", "data-testid": testId,
      onclick: () => {
        this.#fold();
        act();
      },
    }, label);
  }

  async #settings() {
    const session = this.of.session();
    const fields = settingsFields(this.of.models(), session);
    const changed = await ask({
      title: "This conversation", content: fields.element, action: "Save", testId: "settings",
      take: () => api.changeSession(session.id, fields.read()),
    });
    if (changed) this.on.changed(changed);
  }

  async #close() {
    const session = this.of.session();
    const closed = await ask({
      title: "Close this conversation?", content: h("p", {}, "It stays readable, and nothing more can be written in it."),
      action: "Close it", testId: "confirm-close",
      take: async () => {
        await api.closeSession(session.id);
        return api.session(session.id);
      },
    });
    if (closed) this.on.changed(closed);
  }

  async #delete() {
    const session = this.of.session();
    const gone = await ask({
      title: "Delete this conversation?", content: h("p", {}, `“${session.title || "Untitled"}” and every message in it will be gone.`),
      action: "Delete", danger: true, testId: "confirm-delete",
      take: async () => {
        await api.deleteSession(session.id);
        return true;
      },
    });
    if (gone) this.on.deleted();
  }
}
