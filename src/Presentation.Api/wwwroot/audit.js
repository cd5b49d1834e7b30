// Who has asked for what: for admins.
import * as api from "./api.js";
import { h } from "./dom.js";
import { moment, section } from "./sections.js";

export function auditSection() {
  const rows = h("tbody", {});
  const more = h("button", { type: "button", class: "quiet more" }, "Older");
  let next;

  async function page() {
    const { items, next_cursor } = await api.audit(next);
    rows.append(...items.map(item => h("tr", {},
      h("td", {}, moment(item.at)),
      h("td", {}, item.name || item.subject, item.provider !== "user" && h("span", { class: "tag" }, item.provider)),
      h("td", {}, item.action.replaceAll("_", " "), item.target && h("span", { class: "hint" }, ` ${item.target}`)),
      h("td", {}, item.outcome, item.code && h("span", { class: "hint" }, ` ${item.code}`)))));
    next = next_cursor;
    more.hidden = !next;
  }

  more.addEventListener("click", page);
  return section("What was asked for", "audit", async () => {
    rows.replaceChildren();
    next = undefined;
    await page();
    return [h("div", { class: "table-frame" }, h("table", { class: "audit" },
      h("thead", {}, h("tr", {}, ["When", "Who", "What", "Outcome"].map(word => h("th", { scope: "col" }, word)))), rows)), more];
  });
}
