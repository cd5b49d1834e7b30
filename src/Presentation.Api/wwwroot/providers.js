// Models elsewhere, which answer when no worker can: for admins.
import * as api from "./api.js";
import { h } from "./dom.js";
import { choice, field, form } from "./forms.js";
import { moment, section } from "./sections.js";
import { ask } from "./settings.js";

const kinds = [["OpenAI", "OpenAI, or whoever speaks its API"], ["Anthropic", "Anthropic"], ["Gemini", "Google Gemini"]];

const keys = { none: "no key", configured: "key from the configuration", kept: "key kept here" };

export function providerSection() {
  const place = h("div", {});
  const said = h("div", { role: "status" });
  return section("Providers", "providers", async reload => {
    const { items } = await api.providers();
    const edit = provider => {
      place.replaceChildren(providerForm(provider, async () => {
        place.replaceChildren();
        await reload();
      }));
      place.querySelector("input, select").focus();
    };
    return [
      h("p", { class: "hint" }, items.length
        ? "Asked in this order, when no worker can answer. The whole conversation goes to whoever is asked."
        : "None. With one, questions are answered when no worker is there; the whole conversation then goes to it."),
      items.length > 0 && h("ul", { class: "rows" }, items.map(provider => row(provider, edit, said, reload))),
      said,
      h("button", { type: "button", class: "quiet", "data-testid": "add-provider", onclick: () => edit() }, "Add a provider"),
      place,
    ];
  });
}

function row(provider, edit, said, reload) {
  return h("li", { "data-testid": "provider" },
    h("div", { class: "row-text" },
      h("span", {}, provider.id, h("span", { class: "tag" }, provider.kind), state(provider)),
      h("span", { class: "hint" }, [provider.models.join(", "), keys[provider.key], money(provider)].filter(Boolean).join(" · ")),
      provider.cause && h("span", { class: "fault" }, provider.cause,
        provider.retries_at && ` Asked again ${moment(provider.retries_at)}.`)),
    h("div", { class: "row-actions" },
      h("button", { type: "button", class: "quiet", onclick: () => edit(provider) }, "Change"),
      provider.kept && h("button", { type: "button", class: "quiet", onclick: () => remove(provider, said, reload) },
        provider.configured ? "As configured" : "Remove")));
}

const state = provider => provider.code && h("span", { class: "tag" },
  provider.circuit === "half_open" ? "being tried out" : provider.code === "provider_budget_spent" ? "budget spent" : "not asked");

const money = provider => provider.monthly_budget !== null
  ? `${provider.spent} of ${provider.monthly_budget} ${provider.currency} spent this month`
  : provider.input_price !== null || provider.output_price !== null ? `${provider.spent} ${provider.currency} spent this month` : null;

async function remove(provider, said, reload) {
  try {
    await ask({
      title: provider.configured ? `${provider.id} as configured?` : `Remove ${provider.id}?`,
      content: h("p", {}, "What was said here is forgotten, and the key that is kept here with it."),
      action: provider.configured ? "Forget it" : "Remove", danger: true, testId: "confirm-remove", take: () => api.removeProvider(provider.id),
    });
    said.replaceChildren();
  } catch (error) {
    said.replaceChildren(h("p", { class: "fault" }, error.message));
  }
  await reload();
}

function providerForm(provider, done) {
  const known = name => ({ value: provider?.[name] ?? "", required: false });
  return form([
    field("name", "Name", { value: provider?.id ?? "", disabled: Boolean(provider), maxlength: 40, placeholder: "cloud" }),
    choice("kind", "Speaks as", kinds, provider?.kind ?? "OpenAI"),
    field("base_url", "Address", { ...known("base_url"), placeholder: "its own", maxlength: 500 }),
    field("models", "Models, separated by commas", { value: provider?.models.join(", ") ?? "" }),
    field("key", provider && provider.key !== "none" ? "Another key" : "Key", {
      type: "password", autocomplete: "off", required: false, placeholder: provider?.key === "kept" ? "the one that is kept" : "none",
    }),
    field("input_price", "Price of a million tokens of prompts", { ...known("input_price"), type: "number", min: 0, step: "any" }),
    field("output_price", "Price of a million tokens of answers", { ...known("output_price"), type: "number", min: 0, step: "any" }),
    field("currency", "Currency", { value: provider?.currency ?? "USD", maxlength: 8 }),
    field("monthly_budget", "At most in a month", { ...known("monthly_budget"), type: "number", min: 0, step: "any", placeholder: "no end" }),
  ], "Save", "provider-form", async values => {
    const number = name => (values[name] === "" ? null : Number(values[name]));
    await api.setProvider(provider?.id ?? values.name, {
      // What the page does not show stays as it is.
      thinking: provider?.thinking || null,
      patience_seconds: provider?.patience_seconds ?? null,
      order: provider?.order ?? null,
      kind: values.kind,
      base_url: values.base_url || null,
      models: values.models.split(",").map(model => model.trim()).filter(Boolean),
      key: values.key || null,
      input_price: number("input_price"),
      output_price: number("output_price"),
      currency: values.currency,
      monthly_budget: number("monthly_budget"),
    });
    await done();
  });
}
