// The frame of the page: who is here, which conversation is open, and whether the server can be reached.
import { AccountPage } from "./account.js";
import * as api from "./api.js";
import { Conversation } from "./conversation.js";
import { h } from "./dom.js";
import { SessionList } from "./sessions.js";
import { doors, signInPage } from "./signin.js";
import { Unsent } from "./unsent.js";

const root = document.getElementById("app");
let user;
let lastHere;
let list;
let conversation;
let frame;

api.onSignedOut(() => {
  if (user) showDoor();
});
window.addEventListener("hashchange", () => route());
window.addEventListener("offline", () => connection("You are offline. What you write is kept, and sent when the connection is back."));
window.addEventListener("online", () => connection(""));
// All tabs have one cookie: when somebody else signs in in one of them, what stands in the others is not theirs.
const tabs = new BroadcastChannel("user");
tabs.addEventListener("message", ({ data }) => {
  if (user && user.id !== data) start();
});
start();

async function start() {
  leave();
  const link = linkInAddress();
  if (link) {
    show(doors[link.kind](link.token, async () => {
      history.replaceState(null, "", "/");
      await enter();
    }));
    return;
  }
  show(h("p", { class: "whole" }, "Opening MeatLizard…"));
  try {
    await enter();
  } catch (error) {
    if (error.status === 401) showDoor();
    else showUnreachable(error);
  }
}

// The token stands in the fragment, which is never sent to a server, and leaves the address bar once it is used.
function linkInAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  const kind = Object.keys(doors).find(name => said.get(name));
  return kind && { kind, token: said.get(kind) };
}

async function enter() {
  user = await api.me();
  tabs.postMessage(user.id);
  // The conversation in the address is that of whoever was here before.
  if (lastHere && lastHere !== user.id) history.replaceState(null, "", "/");
  lastHere = user.id;
  list = new SessionList(user, signOut);
  frame = h("div", { class: "conversation-frame" });
  show(h("p", { id: "connection", class: "connection", role: "status", "data-testid": "connection" }),
    h("div", { class: "columns" }, list.element, list.veil, frame));
  list.load();
  await route();
}

function showDoor() {
  leave();
  show(signInPage(enter));
  document.getElementById("email").focus();
}

function leave() {
  user = undefined;
  // Before the conversation, which would have it looked at anew.
  list?.leave();
  conversation?.leave();
  conversation = undefined;
  document.title = "MeatLizard";
}

function showUnreachable(error) {
  show(h("div", { class: "whole" },
    h("p", {}, error instanceof api.Unreachable ? "The server cannot be reached. This page tries again by itself." : error.message),
    h("button", { type: "button", class: "primary", onclick: start }, "Try again")));
  const page = root.firstChild;
  setTimeout(() => {
    if (root.firstChild === page) start();
  }, 3000);
}

async function signOut() {
  const unsent = new Unsent(user);
  try {
    await api.logout();
  } finally {
    history.replaceState(null, "", "/");
    showDoor();
    unsent.clear();
  }
}

async function route() {
  if (linkInAddress()) {
    await start();
    return;
  }
  if (!user) return;
  const about = /^#\/(account|settings|usage|people|limits|providers|audit)$/.exec(location.hash)?.[1];
  if (about) {
    conversation?.leave();
    conversation = undefined;
    list.choose(undefined);
    frame.replaceChildren(new AccountPage(about, user, list).element);
    return;
  }
  const id = /^#\/s\/([0-9a-f-]{36})$/i.exec(location.hash)?.[1];
  if (conversation && conversation.id === id && id) return;
  conversation?.leave();
  list.choose(id);
  conversation = new Conversation(id, { list, unsent: new Unsent(user), connection });
  frame.replaceChildren(conversation.element);
  await conversation.load();
}

function connection(sentence) {
  const line = document.getElementById("connection");
  if (line) line.textContent = sentence;
}

function show(...content) {
  root.replaceChildren(...content);
  root.setAttribute("aria-busy", "false");
}
