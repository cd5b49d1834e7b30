// People who are counted together: for admins.
import * as api from "./api.js";
import { announce, h } from "./dom.js";
import { field, form } from "./forms.js";
import { all } from "./people.js";
import { section } from "./sections.js";

export function groupSection() {
  return section("Groups", "groups", async reload => {
    const [{ items }, people] = await Promise.all([api.groups(), all(api.people)]);
    const members = await Promise.all(items.map(group => api.groupMembers(group.id)));
    return [
      items.length === 0 ? h("p", { class: "hint" }, "No group yet. People in a group share the limits that are set for it.")
        : h("ul", { class: "rows" }, items.map((group, i) => row(group, members[i].items, people, reload))),
      form([field("group", "Name of a new group", { maxlength: 100 })], "Make a group", "group-form", async (values, element) => {
        await api.formGroup(values.group);
        element.reset();
        await reload();
      }),
    ];
  });
}

function row(group, members, people, reload) {
  const outside = people.filter(person => !members.some(member => member.id === person.id));
  return h("li", { class: "tall", "data-testid": "group" },
    h("div", { class: "meter-line" },
      h("span", {}, group.name),
      h("button", {
        type: "button", class: "quiet", "aria-label": `Take the group ${group.name} away`,
        onclick: async () => {
          await api.removeGroup(group.id);
          announce("The group is taken away.");
          await reload();
        },
      }, "Take away")),
    members.length > 0 && h("ul", { class: "members", "aria-label": `In ${group.name}` }, members.map(member => h("li", {},
      h("button", {
        type: "button", class: "quiet", "aria-label": `Take ${member.name} out of ${group.name}`, title: `Take ${member.name} out`,
        onclick: async () => {
          await api.takeOutOfGroup(group.id, member.id);
          await reload();
        },
      }, member.name, " ×")))),
    outside.length > 0 && h("select", {
      "aria-label": `Put somebody into ${group.name}`, "data-testid": "join",
      onchange: async event => {
        await api.putIntoGroup(group.id, event.target.value);
        await reload();
      },
    }, h("option", { value: "" }, "Put somebody in…"), outside.map(person => h("option", { value: person.id }, person.name))));
}
