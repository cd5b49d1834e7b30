// The list of conversations beside the page: a column on a desk, a drawer on a phone.
import * as api from "./api.js";
import { h, icon, iconButton } from "./dom.js";

export class SessionList {
  #items = [];
  #cursor;
  #current;
  #list = h("div", { class: "session-groups", "data-testid": "sessions" });

  constructor(user, onSignOut) {
    this.element = h("nav", { class: "sidebar", id: "sidebar", "aria-label": "Conversations" },
      h("div", { class: "sidebar-head" },
        h("img", { src: "/lizard.svg", alt: "", class: "mark" }),
        h("span", { class: "name" }, "MeatLizard"),
        h("span", { class: "drawer-close" }, iconButton("close", "Hide the conversations", () => this.hide()))),
      h("a", { class: "new-session", href: "#/", "data-testid": "new-session", onclick: () => this.hide() }, icon("plus"), "New conversation"),
      this.#list,
      h("div", { class: "sidebar-foot" },
        h("a", { class: "who", href: "#/account", title: `${user.email ?? ""}: your account`, "data-testid": "account", onclick: () => this.hide() },
          user.name || user.email),
        h("button", { type: "button", class: "quiet", "data-testid": "sign-out", onclick: onSignOut }, "Sign out")));
    this.veil = h("div", { class: "veil", onclick: () => this.hide() });
    document.addEventListener("keydown", this.#escape);
  }

  leave() {
    document.removeEventListener("keydown", this.#escape);
    this.hide();
  }

  #escape = event => {
    if (event.key === "Escape") this.hide();
  };

  show() {
    document.body.classList.add("drawer-open");
    this.element.querySelector("a, button").focus();
  }

  hide() {
    document.body.classList.remove("drawer-open");
  }

  async load() {
    this.#list.replaceChildren(h("p", { class: "hint" }, "Loading your conversations…"));
    await this.#page(undefined);
  }

  async #page(cursor) {
    try {
      const { items, next_cursor } = await api.sessions(cursor);
      this.#items = cursor ? [...this.#items, ...items] : items;
      this.#cursor = next_cursor;
      this.#draw();
    } catch (error) {
      this.#list.append(h("p", { class: "hint" }, `Your conversations could not be loaded. ${error.message} `,
        h("button", { type: "button", class: "link", onclick: () => this.load() }, "Try again")));
    }
  }

  choose(id) {
    this.#current = id;
    this.#draw();
  }

  put(session) {
    this.#items = [session, ...this.#items.filter(item => item.id !== session.id)]
      .sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
    this.#draw();
  }

  take(id) {
    this.#items = this.#items.filter(item => item.id !== id);
    this.#draw();
  }

  #draw() {
    const groups = new Map();
    for (const item of this.#items) {
      const name = age(item.updated_at);
      groups.set(name, [...(groups.get(name) ?? []), item]);
    }
    const sections = [...groups].map(([name, items]) => h("section", {},
      h("h2", {}, name),
      h("ul", {}, items.map(item => this.#entry(item)))));
    if (sections.length === 0) sections.push(h("p", { class: "hint" }, "No conversations yet. The first message begins one."));
    if (this.#cursor) sections.push(h("button", { type: "button", class: "quiet more", onclick: () => this.#page(this.#cursor) }, "Older conversations"));
    this.#list.replaceChildren(...sections);
  }

  #entry(item) {
    return h("li", {}, h("a", {
      href: `#/s/${item.id}`,
      "data-testid": "session",
      "data-id": item.id,
      "aria-current": item.id === this.#current ? "page" : null,
      onclick: () => this.hide(),
    },
    h("span", { class: "title", dir: "auto" }, item.title || "Untitled"),
    item.open_request_id && h("span", { class: "dot", title: "An answer is being written", role: "img", "aria-label": "An answer is being written" }),
    item.status === "archived" && h("span", { class: "tag" }, "closed")));
  }
}

function age(time) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = (midnight - Date.parse(time)) / 86_400_000;
  if (!(days > 0)) return "Today";
  if (days <= 1) return "Yesterday";
  if (days <= 7) return "This week";
  return "Earlier";
}
