// Why an answer came from where it came from, and which model the next question is asked of: a line that opens when it is asked for.
import * as api from "./api.js";
import { h } from "./dom.js";

const who = {
  session: () => "This conversation", user: () => "Your default", place: level => `The place ${level.place}`, installation: () => "The installation",
};

/** { button, panel }: the one stands beside the origin, the other under it. */
export function whyOf(sessionId) {
  const panel = h("div", { class: "why", hidden: true, "data-testid": "why" });
  const button = h("button", {
    type: "button", class: "link why-open", "aria-label": "Why this model?", "aria-expanded": "false", "data-testid": "why-open",
    async onclick() {
      panel.hidden = !panel.hidden;
      button.setAttribute("aria-expanded", String(!panel.hidden));
      if (panel.hidden) return;
      panel.replaceChildren(h("p", {}, "Looking…"));
      try {
        panel.replaceChildren(...explain(await api.why(sessionId)));
      } catch (error) {
        panel.replaceChildren(h("p", { class: "fault" }, error.message));
      }
    },
  }, "why?");
  return { button, panel };
}

function explain(why) {
  return [
    why.last_answer && h("p", {}, h("strong", {}, "This answer: "), why.last_answer.because),
    h("p", {}, h("strong", {}, "The next one: "), why.because),
    h("ol", {}, why.levels.map(level => h("li", { class: level.level === why.chosen_by && level.model === why.model ? "chosen" : "" },
      h("span", {}, `${who[level.level]?.(level) ?? level.level}: ${level.model ?? "nothing"}`),
      level.model && h("span", { class: "hint" }, ` ${level.because}`)))),
  ].filter(Boolean);
}
