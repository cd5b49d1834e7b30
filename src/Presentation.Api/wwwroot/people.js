// Who is here, and who may come: for admins.
import * as api from "./api.js";
import { h } from "./dom.js";
import { choice, field, form } from "./forms.js";
import { day, moment, secret, section } from "./sections.js";
import { ask } from "./settings.js";

const words = { guest: "Guest", member: "Member", admin: "Admin", owner: "Owner" };

/** Nobody is made what the one who makes them is not above. */
const roles = user => (user.role === "owner" ? ["member", "guest", "admin"] : ["member", "guest"]).map(role => [role, words[role]]);

const outranks = (user, person) => user.id !== person.id && (user.role === "owner" || ["guest", "member"].includes(person.role));

export function peopleSection(user) {
  const said = h("div", { role: "status" });
  return section("People", "people", async reload => [
    h("ul", { class: "rows" }, (await all(api.people)).map(person => row(person, user, said, reload))), said]);
}

function row(person, user, said, reload) {
  const suspended = person.status === "suspended";
  const change = async changes => {
    try {
      await api.changePerson(person.id, changes);
      said.replaceChildren();
    } catch (error) {
      said.replaceChildren(h("p", { class: "fault" }, error.message));
    }
    await reload();
  };
  return h("li", { "data-testid": "person" },
    h("div", { class: "row-text" },
      h("span", {}, person.name, suspended && h("span", { class: "tag" }, "suspended")),
      h("span", { class: "hint" }, [person.email, `since ${day(person.created_at)}`].filter(Boolean).join(" · "))),
    outranks(user, person) ? h("div", { class: "row-actions" },
      h("select", { "aria-label": `${person.name}'s role`, "data-testid": "role", onchange: event => change({ role: event.target.value }) },
        roles(user).map(([role, word]) => h("option", { value: role, selected: role === person.role }, word))),
      h("button", { type: "button", class: "quiet", onclick: () => change({ status: suspended ? "active" : "suspended" }) },
        suspended ? "Let in again" : "Suspend"),
      person.email && h("button", { type: "button", class: "quiet", onclick: () => recovery(person, said) }, "Password link"),
      h("button", { type: "button", class: "quiet", onclick: async () => await forget(person) && await reload() }, "Forget"))
      : h("span", { class: "tag" }, words[person.role]));
}

function forget(person) {
  return ask({
    title: `Forget ${person.name}?`,
    content: h("p", {}, "Their account goes, and with it every conversation and key of theirs. Nobody can bring them back."),
    action: "Forget for good", danger: true, testId: "confirm-person-forget",
    take: async () => {
      await api.forgetPerson(person.id);
      return true;
    },
  });
}

async function recovery(person, said) {
  const made = await ask({
    title: `A link for ${person.name}?`,
    content: h("p", {}, "Whoever has the link can set another password for this account, once, within a day. It ends every sign-in there is."),
    action: "Make the link", testId: "confirm-recovery", take: () => api.recoveryLink(person.id),
  });
  if (made) said.replaceChildren(secret(`Send this to ${person.name}. It is shown this once, and good until ${moment(made.expires_at)}.`, made.link));
}

export function invitationSection(user) {
  const said = h("div", { role: "status" });
  return section("Invitations", "invitations", async reload => {
    const open = (await all(api.invitations)).filter(item => item.state === "open");
    return [
      open.length > 0 && h("ul", { class: "rows" }, open.map(item => h("li", { "data-testid": "invitation" },
        h("div", { class: "row-text" },
          h("span", {}, item.note || "Somebody", " ", h("span", { class: "tag" }, words[item.role])),
          h("span", { class: "hint" }, `good until ${moment(item.expires_at)}`)),
        h("button", {
          type: "button", class: "quiet",
          onclick: async () => {
            await api.revokeInvitation(item.id);
            await reload();
          },
        }, "Take back")))),
      said,
      form([field("note", "For whom", { required: false, maxlength: 200 }), choice("role", "As", roles(user), "member")],
        "Invite", "invite-form", async (values, element) => {
          const made = await api.invite(values.role, values.note);
          element.reset();
          said.replaceChildren(secret(`Send this link. It is shown this once, makes one account, and is good until ${moment(made.expires_at)}.`, made.link));
          await reload();
        }),
    ];
  });
}

/** Lists of people are short: every page of one. */
export async function all(page) {
  const items = [];
  for (let cursor; ;) {
    const answer = await page(cursor);
    items.push(...answer.items);
    cursor = answer.next_cursor;
    if (!cursor) return items;
  }
}
