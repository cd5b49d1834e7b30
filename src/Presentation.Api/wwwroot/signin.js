// The door: signing in, making the owner's account or an invited one, and setting another password with a link.
import * as api from "./api.js";
import { h } from "./dom.js";
import { field, form } from "./forms.js";

const email = () => field("email", "E-mail", { type: "email", autocomplete: "username" });
const newPassword = () => field("password", "Password", { type: "password", autocomplete: "new-password" });
const name = () => field("name", "Your name", { autocomplete: "name", maxlength: 100 });

export function signInPage(onDone) {
  const page = door("Sign in", "Your conversations, on your own machine.", [
    email(),
    field("password", "Password", { type: "password", autocomplete: "current-password" }),
  ], "Sign in", "sign-in", values => api.login(values.email, values.password), onDone);
  const more = h("p", { class: "hint", "data-testid": "sign-up" });
  page.firstChild.append(more);
  const failure = { "#sign-in-failed": "Signing in there did not come about. Try again.", "#sign-in-unknown": "You have no account here, or it is suspended. Ask an admin." }[location.hash];
  if (failure) more.before(h("p", { class: "fault", role: "alert", "data-testid": "sign-in-elsewhere-error" }, failure));
  api.signInOptions().then(options => {
    if (options.oidc) more.before(h("p", {}, h("a", { href: `${api.base}/auth/oidc`, "data-testid": "sign-in-elsewhere" }, `Sign in with ${options.oidc}`)));
    more.replaceChildren(signUp(options.sign_up, page, onDone));
  }, () => {});
  return page;
}

/** Who may make an account here, and the way to one where that is everybody. */
function signUp(policy, page, onDone) {
  if (policy === "closed") return "No accounts are made here at present. Ask the owner for one.";
  if (policy === "invite") return "Accounts are made by invitation. Ask an admin for a link.";
  return h("button", {
    type: "button", class: "link", "data-testid": "create-account",
    onclick: () => page.replaceWith(door("Create an account", "For your own conversations on this server.", [name(), email(), newPassword()],
      "Create account", "register", values => api.register(undefined, values.email, values.password, values.name), onDone)),
  }, "Create an account");
}

/** The links that end in #setup=…, #invite=… or #recover=…; the token is never sent to a server as part of an address. */
export const doors = {
  setup: (token, onDone) => door("Create the owner's account", "This link works once. The account it makes owns this server.",
    [name(), email(), newPassword()], "Create account", "setup",
    values => api.setup(token, values.email, values.password, values.name), onDone),
  invite: (token, onDone) => door("You are invited", "This link works once, and makes an account for you.",
    [name(), email(), newPassword()], "Create account", "invite",
    values => api.register(token, values.email, values.password, values.name), onDone),
  recover: (token, onDone) => door("Set another password", "This link works once. It ends every sign-in that there is.",
    [newPassword()], "Set password", "recover", values => api.recover(token, values.password), onDone),
};

function door(title, lead, fields, action, testId, send, onDone) {
  return h("main", { class: "door" },
    h("div", { class: "door-card" },
      h("img", { src: "/lizard.svg", alt: "", class: "mark" }),
      h("p", { class: "name" }, "MeatLizard"),
      h("h1", {}, title),
      h("p", { class: "lead" }, lead),
      form(fields, action, testId, async values => {
        await send(values);
        await onDone();
      }),
      // A link works once; whoever comes again has an account by now.
      testId !== "sign-in" && h("p", { class: "hint" }, h("a", { href: "/", "data-testid": "sign-in-instead" }, "Sign in instead"))));
}
