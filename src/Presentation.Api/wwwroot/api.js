// Every call to the server. Answers are plain objects; a refusal is a Problem, no connection is Unreachable.

export const base = "/api/v1";

export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail || body.title || `The server answered ${status}.`);
    this.status = status;
    this.code = body.code ?? "";
    this.errors = body.errors ?? {};
    this.request = body.request;
    this.retryAfter = retryAfter;
  }
}

export class Unreachable extends Error {
  constructor() {
    super("The server cannot be reached.");
  }
}

const signedOut = new EventTarget();

/** Called when the server no longer knows who we are. */
export function onSignedOut(listener) {
  signedOut.addEventListener("signed-out", listener);
}

async function call(method, path, body, headers = {}, root = base) {
  const options = { method, headers: { Accept: "application/json", ...headers }, credentials: "same-origin" };
  if (method !== "GET") options.headers["X-Requested-With"] = "MeatLizard";
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  let text;
  try {
    response = await fetch(root + path, options);
    text = await response.text();
  } catch {
    throw new Unreachable();
  }
  // A proxy whose server is restarting: the same as no connection, and tried again in the same way. Some of them know no such place meanwhile.
  if ([404, 502, 503, 504].includes(response.status) && !isProblem(response)) throw new Unreachable();
  let answer = {};
  try {
    if (text) answer = JSON.parse(text);
  } catch {
    answer = {};
  }
  if (response.ok) return answer;
  if (response.status === 401 && !path.startsWith("/auth/")) signedOut.dispatchEvent(new Event("signed-out"));
  throw new Problem(response.status, answer, Number(response.headers.get("Retry-After")) || undefined);
}

const isProblem = response => response.headers.get("Content-Type")?.startsWith("application/problem+json") ?? false;

const query = values => {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return pairs.length ? "?" + new URLSearchParams(pairs) : "";
};

export const me = () => call("GET", "/me");
export const signInOptions = () => call("GET", "/auth/options");
export const login = (email, password) => call("POST", "/auth/login", { email, password });
export const setup = (token, email, password, name) => call("POST", "/auth/setup", { token, email, password, name });
export const register = (invitation, email, password, name) => call("POST", "/auth/register", { invitation, email, password, name });
export const recover = (token, password) => call("POST", "/auth/recover", { token, password });
export const logout = () => call("POST", "/auth/logout");
export const models = () => call("GET", "/models");

/** Those that can be talked to: others make embeddings alone. */
export async function chatModels() {
  const { items, problem } = await models();
  return { items: items.filter(model => !model.output_modalities || model.output_modalities.includes("text")), problem };
}

export const setPassword = (current, password) => call("POST", "/me/password", { current, password });
export const signIns = () => call("GET", "/me/sign-ins");
export const endSignIn = id => call("DELETE", `/me/sign-ins/${id}`);
export const keys = () => call("GET", "/keys");
export const issueKey = (wanted, key) => call("POST", "/keys", wanted, { "Idempotency-Key": key });
export const rotateKey = (id, hours, key) => call("POST", `/keys/${id}/rotate`, { overlap_hours: hours }, { "Idempotency-Key": key });
export const revokeKey = id => call("DELETE", `/keys/${id}`);

export const groups = () => call("GET", "/admin/groups");
export const formGroup = name => call("POST", "/admin/groups", { name });
export const removeGroup = id => call("DELETE", `/admin/groups/${id}`);
export const groupMembers = id => call("GET", `/admin/groups/${id}/members`);
export const putIntoGroup = (id, user) => call("PUT", `/admin/groups/${id}/members/${user}`);
export const takeOutOfGroup = (id, user) => call("DELETE", `/admin/groups/${id}/members/${user}`);
export const limits = () => call("GET", "/admin/limits");
export const setLimit = limit => call("PUT", "/admin/limits", limit);
export const removeLimit = id => call("DELETE", `/admin/limits/${id}`);
export const health = () => call("GET", "/health/deep", undefined, {}, "");
export const usage = () => call("GET", "/me/usage");

export const why = id => call("GET", `/sessions/${id}/why`);
export const ownSettings = () => call("GET", "/me/settings");
export const changeOwnSettings = changes => call("PATCH", "/me/settings", changes);
export const places = () => call("GET", "/places");
export const changePlace = (id, changes) => call("PATCH", `/places/${id}`, changes);
export const installation = () => call("GET", "/admin/settings");
export const changeInstallation = changes => call("PATCH", "/admin/settings", changes);

export const people = cursor => call("GET", "/admin/users" + query({ limit: 50, cursor }));
export const changePerson = (id, changes) => call("PATCH", `/admin/users/${id}`, changes);
export const forgetPerson = id => call("POST", `/admin/users/${id}/forget`);
export const forgetMe = password => call("POST", "/me/forget", { password });
export const recoveryLink = id => call("POST", `/admin/users/${id}/recovery`);
export const invitations = cursor => call("GET", "/admin/invitations" + query({ limit: 50, cursor }));
export const invite = (role, note) => call("POST", "/admin/invitations", { role, note: note || null });
export const revokeInvitation = id => call("DELETE", `/admin/invitations/${id}`);
export const providers = () => call("GET", "/admin/providers");
export const setProvider = (id, provider) => call("PUT", `/admin/providers/${encodeURIComponent(id)}`, provider);
export const removeProvider = id => call("DELETE", `/admin/providers/${encodeURIComponent(id)}`);
export const audit = cursor => call("GET", "/admin/audit" + query({ limit: 50, cursor }));

export const sessions = cursor => call("GET", "/sessions" + query({ limit: 50, cursor }));
export const session = id => call("GET", `/sessions/${id}`);
export const openSession = (settings, key) => call("POST", "/sessions", settings, { "Idempotency-Key": key });
export const changeSession = (id, changes) => call("PATCH", `/sessions/${id}`, changes);
export const closeSession = id => call("POST", `/sessions/${id}/close`);
export const deleteSession = id => call("DELETE", `/sessions/${id}`);

export const messages = (id, cursor) => call("GET", `/sessions/${id}/messages` + query({ html: true, order: "desc", limit: 50, cursor }));
export const submit = (id, content, clientMessageId) =>
  call("POST", `/sessions/${id}/messages`, { content, client_message_id: clientMessageId });
export const regenerate = (id, key) => call("POST", `/messages/${id}/regenerate`, {}, { "Idempotency-Key": key });
export const carryOn = (id, key) => call("POST", `/messages/${id}/continue`, {}, { "Idempotency-Key": key });
export const edit = (id, content, key) => call("POST", `/messages/${id}/edit`, { content }, { "Idempotency-Key": key });

export const request = id => call("GET", `/requests/${id}`);
export const cancel = id => call("POST", `/requests/${id}/cancel`);
export const eventsUrl = id => `${base}/requests/${id}/events?html=true`;

/** Repeats a call until the server has answered it; only for calls that may be repeated. `wait(seconds)` is told before each pause. */
export async function persist(attempt, { wait, given }) {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const passing = error instanceof Unreachable || (error instanceof Problem && error.code === "in_progress");
      if (!passing || given()) throw error;
      const seconds = Math.min(15, 2 ** tries);
      wait(seconds);
      await pause(seconds);
      if (given()) throw error;
    }
  }
}

// A pause ends early when the connection comes back.
function pause(seconds) {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, seconds * 1000);
    window.addEventListener("online", done);
  });
}
