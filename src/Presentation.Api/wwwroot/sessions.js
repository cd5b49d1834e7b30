// The list of conversations beside the page: a column on a desk, a drawer on a phone.
import * as api from "./api.js";
import { h, icon, iconButton } from "./dom.js";

// How often it is looked whether an answer that nobody here reads is still being written.
const look = 10_000;

export class SessionList {
  #items = [];
  #cursor;
  #current;
  #drawn;
  #timer;
  #left = false;
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
    document.addEventListener("visibilitychange", this.#returned);
  }

  leave() {
    document.removeEventListener("keydown", this.#escape);
    this.#narrow.removeEventListener("change", this.#widened);
    document.removeEventListener("visibilitychange", this.#returned);
    this.#left = true;
    clearTimeout(this.#timer);
    this.hide();
  }

  #escape = event => {
    if (event.key === "Escape") this.hide();
  };

  #widened = () => this.hide();

  #returned = () => {
    if (document.visibilityState === "visible") this.refresh();
    else clearTimeout(this.#timer);
  };

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
    this.#drawn = undefined;
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

  /** What has happened elsewhere: the newest page as it is now, above what is loaded further down. */
  async refresh() {
    if (this.#left || !this.#drawn) return;
    clearTimeout(this.#timer);
    const known = this.#items;
    try {
      const { items, next_cursor } = await api.sessions();
      if (this.#left) return;
      // What this page itself has changed in the meantime is younger than the answer.
      if (this.#items !== known) {
        await this.refresh();
        return;
      }
      this.#merge(items, next_cursor);
    } catch {
      // Nobody has asked for it: the next time will do.
    }
    this.#watch();
  }

  #merge(newest, cursor) {
    const last = newest.at(-1)?.updated_at ?? "";
    const isOverlapping = newest.some(item => this.#items.some(one => one.id === item.id));
    const below = cursor && isOverlapping ? this.#items.filter(item => item.updated_at < last && !newest.some(one => one.id === item.id)) : [];
    if (below.length === 0) this.#cursor = cursor;
    this.#items = [...newest, ...below];
    this.#draw();
  }

  #watch() {
    clearTimeout(this.#timer);
    const isOpen = this.#items.some(item => item.open_request_id);
    if (isOpen && !this.#left && document.visibilityState === "visible") this.#timer = setTimeout(() => this.refresh(), look);
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
    this.#watch();
    const shown = JSON.stringify([this.#items, this.#current, this.#cursor, new Date().toDateString()]);
    if (shown === this.#drawn) return;
    this.#drawn = shown;
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
    this.#keepPlace(() => this.#list.replaceChildren(...sections));
  }

  // Whoever is in the list stays there: at the same line, or at what has taken its place.
  #keepPlace(draw) {
    const lines = () => [...this.#list.querySelectorAll("a, button")];
    const place = this.#list.scrollTop;
    const focused = document.activeElement;
    const index = lines().indexOf(focused);
    draw();
    this.#list.scrollTop = place;
    if (index < 0) return;
    const now = lines();
    const same = now.find(line => line.dataset.id === focused.dataset.id) ?? now[Math.min(index, now.length - 1)];
    same?.focus({ preventScroll: true });
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
