// What a conversation is asked with: title, model, system prompt, temperature. One form for a new conversation and for an open one.
import { h } from "./dom.js";

/** The fields, filled from a session or empty; read() answers only what was filled in or changed. */
export function settingsFields(models, session) {
  const select = h("select", { id: "model", name: "model", "data-testid": "model" },
    h("option", { value: "" }, models.length ? "Whatever is ready" : "No model yet"),
    models.map(model => h("option", { value: model.id, selected: model.id === session?.model }, describe(model))));
  if (session?.model && !models.some(model => model.id === session.model))
    select.append(h("option", { value: session.model, selected: true }, `${session.model} (not here now)`));
  const prompt = h("textarea", { id: "system-prompt", rows: 4, dir: "auto", "data-testid": "system-prompt", value: session?.system_prompt ?? "" });
  const temperature = h("input", {
    id: "temperature", type: "number", min: 0, max: 2, step: 0.1, placeholder: "the model's own", "data-testid": "temperature",
    value: session?.temperature ?? "",
  });
  const title = session && h("input", { id: "title", maxlength: 200, dir: "auto", "data-testid": "title", value: session.title ?? "" });
  const element = h("div", { class: "settings" },
    title && labelled("title", "Title", title),
    labelled("model", "Model", select),
    labelled("system-prompt", "System prompt", prompt, "Said to the model before everything else."),
    labelled("temperature", "Temperature", temperature, "0 is steady, 1 is lively."));

  function read() {
    const values = {
      ...(title && { title: title.value.trim() || null }),
      model: select.value || null,
      system_prompt: prompt.value.trim() || null,
      temperature: temperature.value === "" ? null : Number(temperature.value),
    };
    return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== (session?.[name] ?? null)));
  }

  return { element, read };
}

function labelled(id, label, control, hint) {
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "field" }, h("label", { for: id }, label), control, hint && h("p", { id: `${id}-hint`, class: "hint" }, hint));
}

/** Where a model's answers would come from, when that is not one of the owner's machines. */
export const outside = model => model.workers.length === 0 ? ` · outside, from ${model.providers.join(", ")}` : "";

function describe(model) {
  if (outside(model)) return model.id + outside(model);
  return model.context_size ? `${model.id} · ${Math.round(model.context_size / 1024)}k context` : model.id;
}

/** A modal question. Answers what `take` made of the form, or null when it was left. */
export function ask({ title, content, action, danger, testId, take }) {
  return new Promise(resolve => {
    const fault = h("p", { class: "fault", role: "alert" });
    let answer = null;
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title", "data-testid": testId },
      h("form", {
        async onsubmit(event) {
          event.preventDefault();
          try {
            answer = await take();
            dialog.close();
          } catch (error) {
            fault.textContent = error.message;
          }
        },
      },
      h("h2", { id: "dialog-title" }, title), content, fault,
      h("div", { class: "dialog-actions" },
        h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Cancel"),
        h("button", { type: "submit", class: danger ? "danger" : "primary", "data-testid": `${testId}-submit` }, action))));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
