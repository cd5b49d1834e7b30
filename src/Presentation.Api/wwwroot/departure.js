// Taking along all that is kept of oneself, and being forgotten.
import * as api from "./api.js";
import { h } from "./dom.js";
import { field } from "./forms.js";
import { ask } from "./settings.js";
import { Unsent } from "./unsent.js";

export function departureSection(user) {
  return h("section", { class: "card", "data-testid": "departure" }, h("h2", {}, "Your data"),
    h("p", {}, h("a", { href: `${api.base}/me/export`, download: "", "data-testid": "export" }, "Download all that is kept of you"), ", one JSON object a line."),
    user.role === "owner" ? h("p", { class: "hint" }, "The owner's account stays for as long as the server does.")
      : !user.email ? h("p", { class: "hint" }, "An admin can delete your account and everything in it.")
        : h("button", { type: "button", class: "quiet", "data-testid": "forget", onclick: () => forget(user) }, "Delete this account"));
}

async function forget(user) {
  const password = field("forget-password", "Your password", { type: "password", autocomplete: "current-password" });
  const gone = await ask({
    title: "Delete this account for good?",
    content: [h("p", {}, "Every conversation, key and sign-in of yours goes at once. Nobody can bring them back."), password],
    action: "Delete everything", danger: true, testId: "confirm-forget",
    take: async () => {
      await api.forgetMe(password.querySelector("input").value);
      return true;
    },
  });
  if (!gone) return;
  new Unsent(user).clear();
  location.assign("/");
}
