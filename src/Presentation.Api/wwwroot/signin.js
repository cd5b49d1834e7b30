// The door: signing in, and once, with the link from the server's first start, making the owner's account.
import * as api from "./api.js";
import { h } from "./dom.js";

export function signInPage(onDone) {
  return door("Sign in", "Your conversations, on your own machine.", [
    field("email", "E-mail", { type: "email", autocomplete: "username" }),
    field("password", "Password", { type: "password", autocomplete: "current-password" }),
  ], "Sign in", "sign-in", values => api.login(values.email, values.password), onDone);
}

export function setupPage(token, onDone) {
  return door("Create the owner's account", "This link works once. The account it makes owns this server.", [
    field("name", "Your name", { autocomplete: "name", maxlength: 100 }),
    field("email", "E-mail", { type: "email", autocomplete: "username" }),
    field("password", "Password", { type: "password", autocomplete: "new-password" }),
  ], "Create account", "setup", values => api.setup(token, values.email, values.password, values.name), onDone);
}

function field(name, label, properties) {
  return h("div", { class: "field" },
    h("label", { for: name }, label),
    h("input", { id: name, name, required: true, "data-testid": name, "aria-describedby": `${name}-fault`, ...properties }),
    h("p", { id: `${name}-fault`, class: "fault" }));
}

function door(title, lead, fields, action, testId, send, onDone) {
  const fault = h("p", { class: "fault", role: "alert", "data-testid": "form-error" });
  const button = h("button", { type: "submit", class: "primary", "data-testid": `${testId}-submit` }, action);
  const form = h("form", { class: "door-form", "data-testid": testId, onsubmit }, fields, fault, button);

  async function onsubmit(event) {
    event.preventDefault();
    for (const line of form.querySelectorAll(".fault")) line.textContent = "";
    button.disabled = true;
    try {
      await send(Object.fromEntries(new FormData(form)));
      await onDone();
    } catch (error) {
      tell(error);
    } finally {
      button.disabled = false;
    }
  }

  function tell(error) {
    let first;
    for (const [name, sentences] of Object.entries(error.errors ?? {})) {
      const line = form.querySelector(`#${CSS.escape(name)}-fault`);
      if (!line) continue;
      line.textContent = [sentences].flat().join(" ");
      first ??= form.elements.namedItem(name);
    }
    if (first) first.focus();
    else if (error instanceof api.Unreachable) fault.textContent = "The server cannot be reached. Is it running?";
    else fault.textContent = error.message;
  }

  return h("main", { class: "door" },
    h("div", { class: "door-card" },
      h("img", { src: "/lizard.svg", alt: "", class: "mark" }),
      h("p", { class: "name" }, "MeatLizard"),
      h("h1", {}, title),
      h("p", { class: "lead" }, lead),
      form));
}
