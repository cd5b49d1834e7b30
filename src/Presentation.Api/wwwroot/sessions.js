// The list of conversations beside the page: a column on a desk, a drawer on a phone.
import * as api from "./api.js";
import { h, icon, iconButton } from "./dom.js";

export class SessionList {
  #items = [];
  #cursor;
  #current;
  #list = h("div", { class: "session-groups", "data-testid": "sessions" });
  #opener;
  #narrow = matchMedia("(max-width: 760px)");

  constructor(user, onSignOut) {
    this.element = h("nav", { class: "sidebar", id: "sidebar", "aria-label": "Conversations" },
      h("div", { class: "sidebar-head" },
        h("img", { src: "/lizard.svg", alt: "", class: "mark" }),
        h("span", { class: "name" }, "MeatLizard"),
        h("span", { class: "drawer-close" }, iconButton("close", "Hide the conversations", () => this.hide()))),
      h("a", { class: "new-session", href: "#/", "data-testid": "new-session", onclick: () => this.#lead() }, icon("plus"), "New conversation"),
      this.#list,
      h("div", { class: "sidebar-foot" },
        h("a", { class: "who", href: "#/account", title: `${user.email ?? ""}: your account`, "data-testid": "account", onclick: () => this.#lead() },
          user.name || user.email),
        h("button", { type: "button", class: "quiet", "data-testid": "sign-out", onclick: onSignOut }, "Sign out")));
    this.veil = h("div", { class: "veil", onclick: () => this.hide() });
    document.addEventListener("keydown", this.#escape);
    this.#narrow.addEventListener("change", this.#widened);
  }

  leave() {
    document.removeEventListener("keydown", this.#escape);
    this.#narrow.removeEventListener("change", this.#widened);
    this.hide();
  }

  #escape = event => {
    if (event.key === "Escape") this.hide();
  };

  #widened = () => this.hide();

  /** Over a page that nobody can get at while the drawer covers it. */
  show() {
    this.#opener = document.activeElement;
    this.#cover(true);
    this.element.querySelector("a, button").focus();
  }

  /** The focus goes back to what has opened the drawer. */
  hide() {
    if (!this.#isOpen) return;
    this.#cover(false);
    this.#opener.focus();
  }

  // Where a link leads the page is drawn anew, button and all: the focus waits on the frame around it.
  #lead() {
    if (!this.#isOpen) return;
    this.#cover(false);
    const frame = this.#behind[0];
    frame.tabIndex = -1;
    frame.addEventListener("blur", () => frame.removeAttribute("tabindex"), { once: true });
    frame.focus();
  }

  #cover(open) {
    document.body.classList.toggle("drawer-open", open);
    for (const element of this.#behind) element.inert = open;
  }

  get #isOpen() {
    return document.body.classList.contains("drawer-open");
  }

  get #behind() {
    return [...this.element.parentElement.children].filter(element => element !== this.element && element !== this.veil);
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
      onclick: () => this.#lead(),
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
