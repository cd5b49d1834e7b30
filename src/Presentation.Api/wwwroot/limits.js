// How much everybody may use: for admins.
import * as api from "./api.js";
import { announce, h } from "./dom.js";
import { choice, field, form } from "./forms.js";
import { all } from "./people.js";
import { section } from "./sections.js";

const scopes = [["user", "A user"], ["group", "A group"], ["key", "An API key"], ["place", "A place"], ["model", "A model"], ["address", "An address"]];
const measures = [["requests", "Requests"], ["tokens", "Tokens"], ["concurrency", "Answers open at the same time"]];
const windows = [["minute", "a minute"], ["hour", "an hour"], ["day", "a day"], ["month", "a month (tokens)"]];
const each = { user: "Each user", group: "Each group", key: "Each API key", place: "Each place", model: "Each model", address: "Each address" };

/** A window in words. */
export const per = window => `${window === "hour" ? "an" : "a"} ${window}`;

export function limitSection() {
  return section("Limits", "limits", async reload => {
    const [{ items }, names] = await Promise.all([api.limits(), known()]);
    return [h("ul", { class: "rows" }, items.map(item => row(item, names, reload))), limitForm(names, reload)];
  });
}

/** What there is to be limited, by scope: [id, name] pairs. Keys and addresses are typed. */
async function known() {
  const [people, groups, models] = await Promise.all([all(api.people), api.groups(), api.models()]);
  return {
    user: people.map(person => [person.id, person.name]),
    group: groups.items.map(group => [group.id, group.name]),
    model: models.items.map(model => [model.id, model.title || model.id]),
    place: [],
  };
}

function row(item, names, reload) {
  const name = item.scope_id === "*" ? each[item.scope] : `${scopes.find(([scope]) => scope === item.scope)?.[1] ?? item.scope}: ${nameOf(item, names)}`;
  const amount = `${item.amount.toLocaleString()} ${item.measure === "concurrency" ? "answers at the same time" : `${item.measure} ${per(item.window)}`}`;
  return h("li", { "data-testid": "limit" },
    h("div", { class: "row-text" }, h("span", {}, name), h("span", { class: "hint" }, amount)),
    h("button", {
      type: "button", class: "quiet", "aria-label": `Take away: ${name}, ${amount}`,
      onclick: async () => {
        await api.removeLimit(item.id);
        announce("The limit is taken away.");
        await reload();
      },
    }, "Take away"));
}

const nameOf = (item, names) => names[item.scope]?.find(([id]) => id === item.scope_id)?.[1] ?? item.scope_id;

function limitForm(names, reload) {
  const who = h("div", {});
  const scope = choice("scope", "Who or what", scopes, "user");
  const select = scope.querySelector("select");
  const windowField = choice("window", "In", windows, "day");
  const measure = choice("measure", "Of what", measures, "tokens");

  const fill = () => who.replaceChildren(names[select.value]
    ? choice("scope_id", "Which", [["*", `${each[select.value]} that has no limit of its own`], ...names[select.value]], "*")
    : field("scope_id", select.value === "key" ? "Which: the key's id, or * for each" : "Which: an address, or * for each", { value: "*", maxlength: 64 }));
  const fit = () => windowField.hidden = measure.querySelector("select").value === "concurrency";
  select.addEventListener("change", fill);
  measure.addEventListener("change", fit);
  fill();
  fit();

  return form([
    h("div", { class: "pair" }, scope, who),
    h("div", { class: "pair" }, measure, windowField),
    field("amount", "At most", { type: "number", min: 1, max: 1_000_000_000, step: 1, inputMode: "numeric" }),
  ], "Set the limit", "limit-form", async values => {
    await api.setLimit({
      scope: values.scope, scope_id: values.scope_id, measure: values.measure,
      window: values.measure === "concurrency" ? undefined : values.window, amount: Number(values.amount),
    });
    announce("The limit is set.");
    await reload();
  });
}
