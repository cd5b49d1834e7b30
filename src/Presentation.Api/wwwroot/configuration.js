// What the installation is configured to, to be read: for admins. It is changed where each line says, and holds from the next start on.
import * as api from "./api.js";
import { h } from "./dom.js";
import { section } from "./sections.js";

const main = [
  ["Who may make an account", "Identity:SignUp"], ["Database", "Storage:Provider"], ["Redis", "Redis:ConnectionString"],
  ["Who is asked, in order", "Fallback:Ladder"], ["Nothing leaves home", "Fallback:NeverLeaveHome"], ["A worker in this process", "Relay:LocalWorker"],
  ["Addresses", "Urls"], ["Data folder", "DataFolder"],
];
const carriers = { in_process: "in this process", link: "over the link", discord: "through Discord", provider: "to providers" };

export function configurationSection() {
  return section("Configuration", "configuration", async () => {
    const { configuration, carriers: ways } = await api.installation();
    const known = new Map(configuration.map(line => [line.key, line]));
    return [
      h("p", { class: "hint" }, "Read only. It is set by appsettings.json, the environment or the command line, under the key beside it, and holds from the next start on."),
      h("ul", { class: "rows" },
        main.filter(([, key]) => known.has(key)).map(([words, key]) => row(words, key, known.get(key))),
        h("li", {}, h("div", { class: "row-text" }, h("span", {}, "Answers come")), h("span", { class: "value" }, ways.map(way => carriers[way] ?? way).join(", ")))),
      h("details", { class: "aside" }, h("summary", { "data-testid": "every-key" }, `All ${configuration.length} keys`),
        h("div", { class: "table-frame" }, h("table", { class: "audit" },
          h("thead", {}, h("tr", {}, ["Key", "Value", "From"].map(word => h("th", { scope: "col" }, word)))),
          h("tbody", {}, configuration.map(line => h("tr", {},
            h("td", {}, h("code", {}, line.key)), h("td", {}, line.value), h("td", { class: "source" }, line.source))))))),
    ];
  });
}

const row = (words, key, line) => h("li", { "data-testid": "configured" },
  h("div", { class: "row-text" }, h("span", {}, words), h("span", { class: "hint" }, h("code", {}, key), ` · ${line.source}`)),
  h("span", { class: "value" }, line.value === "********" ? "set, not shown" : line.value || "—"));
