// The limits that hold for you, and how far they are used.
import * as api from "./api.js";
import { h } from "./dom.js";
import { per } from "./limits.js";
import { moment, section } from "./sections.js";

const whose = {
  user: () => "You", group: name => `Your group ${name}`, key: name => `Your key ${name}`, place: name => `Everybody on ${name}`,
  model: name => `Everybody who asks ${name}`, address: () => "Your address",
};
const what = { requests: "requests", tokens: "tokens", concurrency: "answers open at the same time" };

export function usageSection() {
  return section("What you may use", "usage", async reload => {
    const { items } = await api.usage();
    return [
      items.length === 0 ? h("p", { class: "hint" }, "Nothing limits you here.")
        : h("ul", { class: "rows" }, items.map(row)),
      h("p", { class: "hint" }, "What an open answer may cost is held until it ends; then what it has cost is counted. A group, a model and a place share theirs."),
      h("div", {}, h("button", { type: "button", class: "quiet", onclick: reload }, "Look again")),
    ];
  });
}

function row(item) {
  const label = `${whose[item.scope](item.name)}: ${what[item.measure]}${item.window ? ` ${per(item.window)}` : ""}`;
  const count = `${item.used.toLocaleString()} of ${item.amount.toLocaleString()}`;
  return h("li", { "data-testid": "use" },
    h("div", { class: item.remaining === 0 ? "meter used-up" : "meter" },
      h("div", { class: "meter-line" }, h("span", {}, label), h("span", {}, count)),
      h("progress", { max: item.amount, value: Math.min(item.used, item.amount), "aria-label": label }, count),
      h("span", { class: "hint" }, item.resets_at ? `begins anew ${moment(item.resets_at)}` : item.measure === "concurrency" ? "as soon as one ends" : "not begun")));
}
