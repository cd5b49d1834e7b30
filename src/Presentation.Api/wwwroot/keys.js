// API keys: for programs that act for you.
import * as api from "./api.js";
import { h } from "./dom.js";
import { choice, field, form } from "./forms.js";
import { moment, secret, section } from "./sections.js";

const purposes = [["chat", "Chat"], ["", "Everything that you may do"]];

export function keySection() {
  const made = h("div", { role: "status" });
  return section("API keys", "keys", async reload => {
    const { items } = await api.keys();
    const valid = items.filter(item => !item.revoked_at && !(Date.parse(item.expires_at) <= Date.now()));
    return [
      valid.length === 0 ? h("p", { class: "hint" }, "No key yet. A program sends one with every call: Authorization: Bearer ml_…")
        : h("ul", { class: "rows" }, valid.map(item => row(item, reload))),
      made,
      form([field("name", "Name of a new key", { maxlength: 100 }), choice("scopes", "What it may do", purposes, "chat")],
        "Make a key", "key-form", async (values, element) => {
          const issued = await api.issueKey(values.name, values.scopes ? [values.scopes] : [], crypto.randomUUID());
          element.reset();
          made.replaceChildren(secret("This is the key. It is shown this once.", issued.key));
          await reload();
        }),
    ];
  });
}

function row(item, reload) {
  const scopes = item.scopes.length === 0 ? "everything" : item.scopes.join(", ");
  return h("li", {},
    h("div", { class: "row-text" },
      h("span", {}, item.name, " ", h("code", {}, `${item.prefix}…`)),
      h("span", { class: "hint" }, `${scopes} · ${item.last_used_at ? `last used ${moment(item.last_used_at)}` : "never used"}`)),
    h("button", {
      type: "button", class: "quiet",
      onclick: async () => {
        await api.revokeKey(item.id);
        await reload();
      },
    }, "Revoke"));
}
