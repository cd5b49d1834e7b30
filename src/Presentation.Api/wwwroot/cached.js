// How often an answer that was kept did in place of a new one: for admins.
import * as api from "./api.js";
import { h } from "./dom.js";
import { section } from "./sections.js";

export function cacheSection() {
  return section("Kept answers", "answer-cache", async reload => {
    const { answer_cache: cache } = await api.health();
    return [
      h("p", { "data-testid": "hit-rate" }, cache.enabled ? rate(cache) : "None are kept: Cache:Answers:Enabled is false."),
      cache.enabled && h("p", { class: "hint" }, [
        cache.entries === null ? "Redis, where they are, is away." : `${cache.entries.toLocaleString()} kept, ${Math.ceil(cache.bytes / 1024).toLocaleString()} KiB.`,
        cache.stale > 0 && `${cache.stale.toLocaleString()} old ones stood in where nobody could answer.`,
        "Only questions of programs under /v1 are counted, since this host was started.",
      ].filter(Boolean).join(" ")),
      h("div", {}, h("button", { type: "button", class: "quiet", onclick: reload }, "Look again")),
    ];
  });
}

const rate = cache => cache.hit_rate === null
  ? "No question has come yet that a kept answer would do for."
  : `${Math.round(cache.hit_rate * 100)} % of ${(cache.hits + cache.misses).toLocaleString()} questions were answered from them.`;
