// Your account and your limits, and for admins the people, everybody's limits, the providers and the audit log: one page with a line of links above it.
import * as api from "./api.js";
import { auditSection } from "./audit.js";
import { cacheSection } from "./cached.js";
import { settingSections } from "./defaults.js";
import { departureSection } from "./departure.js";
import { announce, h, iconButton } from "./dom.js";
import { field, form } from "./forms.js";
import { groupSection } from "./groups.js";
import { keySection } from "./keys.js";
import { limitSection } from "./limits.js";
import { invitationSection, peopleSection } from "./people.js";
import { providerSection } from "./providers.js";
import { day, moment, section } from "./sections.js";
import { usageSection } from "./usage.js";

const titles = {
  account: "Your account", settings: "Settings", usage: "Usage", people: "People", limits: "Limits", providers: "Providers", audit: "Audit log",
};
const forEverybody = ["account", "settings", "usage"];

export class AccountPage {
  constructor(about, user, list) {
    const isAdmin = user.role === "admin" || user.role === "owner";
    const tabs = isAdmin ? Object.keys(titles) : forEverybody;
    const sections = !tabs.includes(about) ? [h("p", { class: "hint" }, "Only admins see this page.")]
      : about === "settings" ? settingSections(user, isAdmin)
      : about === "people" ? [peopleSection(user), groupSection(), invitationSection(user)]
        : about === "limits" ? [limitSection()]
          : about === "usage" ? [usageSection(), isAdmin && cacheSection()]
            : about === "providers" ? [providerSection()]
              : about === "audit" ? [auditSection()]
                : [whoSection(user), passwordSection(user), signInSection(), user.role !== "guest" && keySection(), departureSection(user)];
    document.title = `${titles[about]} · MeatLizard`;
    this.element = h("div", { class: "account" },
      h("header", { class: "bar" },
        h("span", { class: "drawer-open" }, iconButton("menu", "Show the conversations", () => list.show(), "open-drawer")),
        h("h1", {}, titles[about])),
      h("main", { class: "account-page", "data-testid": `${about}-page` },
        h("nav", { class: "tabs", "aria-label": "Account and administration" },
          tabs.map(name => h("a", { href: `#/${name}`, "aria-current": name === about ? "page" : null }, titles[name]))),
        sections));
  }
}

function whoSection(user) {
  return h("section", { class: "card" }, h("h2", {}, user.name),
    h("p", { class: "hint" }, [user.email, user.role, `here since ${day(user.created_at)}`].filter(Boolean).join(" · ")));
}

function passwordSection(user) {
  if (!user.email) return null;
  const done = h("p", { class: "hint", role: "status", "data-testid": "password-done" });
  return h("section", { class: "card" }, h("h2", {}, "Password"),
    form([
      field("current", "Current password", { type: "password", autocomplete: "current-password" }),
      field("password", "New password", { type: "password", autocomplete: "new-password" }),
    ], "Change password", "password-form", async (values, element) => {
      done.textContent = "";
      await api.setPassword(values.current, values.password);
      element.reset();
      done.textContent = "The password is changed, and every other sign-in has ended.";
    }), done);
}

function signInSection() {
  return section("Where you are signed in", "sign-ins", async reload => {
    const { items } = await api.signIns();
    return h("ul", { class: "rows" }, items.map(item => h("li", {},
      h("div", { class: "row-text" },
        h("span", {}, browser(item.client)),
        h("span", { class: "hint" }, item.current ? "This browser" : `Since ${moment(item.created_at)}`)),
      !item.current && h("button", {
        type: "button", class: "quiet",
        onclick: async () => {
          await api.endSignIn(item.id);
          announce("The sign-in has ended.");
          await reload();
        },
      }, "End"))));
  });
}

/** What a browser calls itself, in words; what is no browser's name is shown as it came. */
function browser(client) {
  if (!client) return "A program that said no name";
  const name = [["Edg/", "Edge"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]].find(([mark]) => client.includes(mark))?.[1];
  const system = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Mac OS X", "Mac"], ["Windows", "Windows"], ["Linux", "Linux"]]
    .find(([mark]) => client.includes(mark))?.[1];
  return name ? [name, system].filter(Boolean).join(" on ") : client;
}
