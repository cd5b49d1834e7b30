// API keys: for programs that act for you.
import * as api from "./api.js";
import { h } from "./dom.js";
import { choice, field, form } from "./forms.js";
import { moment, secret, section } from "./sections.js";
import { ask } from "./settings.js";

const purposes = [["chat", "Chat"], ["", "Everything that you may do"]];
const lives = [["", "Never"], ["30", "In 30 days"], ["90", "In 90 days"], ["365", "In a year"]];
const overlaps = [["24", "For another day"], ["0", "Not at all"], ["1", "For another hour"], ["168", "For another week"]];
const dayLong = 24 * 60 * 60 * 1000;

export function keySection() {
  const made = h("div", { role: "status" });
  return section("API keys", "keys", async reload => {
    const [{ items }, { items: models }] = await Promise.all([api.keys(), api.models()]);
    const valid = items.filter(item => !item.revoked_at && !(Date.parse(item.expires_at) <= Date.now()));
    return [
      valid.length === 0 ? h("p", { class: "hint" }, "No key yet. A program sends one with every call: Authorization: Bearer ml_…")
        : h("ul", { class: "rows" }, valid.map(item => row(item, made, reload))),
      made,
      form([
        field("name", "Name of a new key", { maxlength: 100 }),
        choice("scopes", "What it may do", purposes, "chat"),
        choice("models", "Which model it may ask", [["", "Every model"], ...models.map(model => [model.id, model.title || model.id])], ""),
        choice("expires_at", "When it expires", lives, ""),
      ], "Make a key", "key-form", async (values, element) => {
        const issued = await api.issueKey({
          name: values.name,
          scopes: values.scopes ? [values.scopes] : [],
          models: values.models ? [values.models] : [],
          expires_at: values.expires_at ? new Date(Date.now() + values.expires_at * dayLong).toISOString() : undefined,
        }, crypto.randomUUID());
        element.reset();
        made.replaceChildren(secret("This is the key. It is shown this once.", issued.key));
        await reload();
      }),
    ];
  });
}

function row(item, made, reload) {
  const overlap = Date.parse(item.previous_until) > Date.now();
  const facts = [
    item.scopes.length === 0 ? "everything" : item.scopes.join(", "),
    item.models.length > 0 && `only ${item.models.join(", ")}`,
    item.last_used_at ? `last used ${moment(item.last_used_at)}` : "never used",
    item.expires_at ? `expires ${moment(item.expires_at)}` : "does not expire",
    overlap && `its old secret is good until ${moment(item.previous_until)}`,
  ];
  return h("li", { "data-testid": "key" },
    h("div", { class: "row-text" },
      h("span", {}, item.name, " ", h("code", {}, `${item.prefix}…`)),
      h("span", { class: "hint" }, facts.filter(Boolean).join(" · "))),
    h("div", { class: "row-actions" },
      h("button", { type: "button", class: "quiet", "aria-label": `New secret for ${item.name}`, onclick: () => rotate(item, made, reload) }, "New secret"),
      h("button", {
        type: "button", class: "quiet", "aria-label": `Revoke ${item.name}`,
        onclick: async () => {
          await api.revokeKey(item.id);
          await reload();
        },
      }, "Revoke")));
}

async function rotate(item, made, reload) {
  const chosen = choice("overlap", "The old secret is good", overlaps, "24");
  const rotated = await ask({
    title: `A new secret for ${item.name}?`,
    content: h("div", { class: "settings" }, h("p", {}, "Programs that have the old secret need the new one before the old one ends."), chosen),
    action: "Make it", testId: "confirm-rotate",
    take: () => api.rotateKey(item.id, Number(chosen.querySelector("select").value), crypto.randomUUID()),
  });
  if (!rotated) return;
  made.replaceChildren(secret("This is the new secret. It is shown this once.", rotated.key));
  await reload();
}
