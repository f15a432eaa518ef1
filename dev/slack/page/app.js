// Slack to look at: the frame, and what it shows of the state that the double sends.
import { icon } from "./icons.js";
import { act, avatar, h, me, person, store } from "./dom.js";
import { composer } from "./composer.js";
import { isReply, listed } from "./messages.js";
import { drawHome, drawModal } from "./modal.js";

const part = (name, tag = "div", props = {}, ...inside) => h(tag, { class: name, ...props }, ...inside);
const inChannel = composer(null);
const inThread = composer(() => store.thread);
const list = part("list", "div", { tabindex: "0", role: "log", "aria-label": "Messages" });
const below = part("list", "div", { tabindex: "0", role: "log", "aria-label": "Thread" });
const [title, topic, home, modal, rail] = [part("title", "h1"), part("topic"), part("list home"), part("modals"), part("channels", "nav", { "aria-label": "Channels" })];
const who = h("select", { "aria-label": "You are", onchange: () => go({ as: who.value }) });
const face = part("face");
const threadTitle = part("title", "h2");

const menu = h("button", { class: "menu", title: "Channels", onclick: () => document.body.classList.toggle("rail-open") }, "☰");
const closeThread = h("button", { class: "cross", title: "Close thread", onclick: () => { store.thread = ""; draw(); } }, "×");
const channelPane = part("pane channel", "main", {}, part("head", "header", {}, menu, part("names", "div", {}, title, topic)), list, home, inChannel.form);
const threadPane = part("pane thread", "aside", { "aria-label": "Thread" }, part("head", "header", {}, threadTitle, closeThread), below, inThread.form);

document.body.append(
  part("rail", "div", {}, part("workspace", "div", {}, part("logo", "span", {}, "A"), h("b", {}, "Acme Support")), rail,
    part("you", "div", {}, face, h("label", {}, h("small", {}, "You are"), who))),
  channelPane, threadPane, modal);

// Where one is: as whom, in which channel, in which thread.
function go(change) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(change)) query.set(name, value);
  if (change.channel) [store.thread, store.home] = ["", false];
  document.body.classList.remove("rail-open");
  history.replaceState(null, "", `?${query}${store.thread ? `#${store.thread}` : ""}`);
  return load(-1);
}

function channelButton({ id, name, type, shared, other, archived }) {
  const sign = type === "im" ? avatar(other, name, person(other).kind, "small") : h("span", { class: "sign" }, archived ? icon("archive") : type === "group" ? icon("lock") : "#");
  const here = id === store.state.channel && !store.home;
  return h("button", { class: here ? "here" : "", "aria-current": here ? "page" : null, onclick: () => go({ channel: id }) },
    sign, h("span", { class: "name" }, name), shared && h("span", { class: "shared", title: "Shared with another workspace" }, "◇"));
}

function drawRail() {
  const [rooms, people] = [store.state.channels.filter(({ type }) => type !== "im"), store.state.channels.filter(({ type }) => type === "im")];
  const { app } = store.state;
  rail.replaceChildren(h("h2", {}, "Channels"), ...rooms.map(channelButton),
    ...(people.length ? [h("h2", {}, "Direct messages"), ...people.map(channelButton)] : []),
    h("h2", {}, "Apps"), h("button", { class: store.home ? "here" : "", onclick: openHome }, avatar(app.bot, app.name, "bot", "small"), h("span", { class: "name" }, app.name)));
  who.replaceChildren(...store.state.choices.map((id) => {
    const { real_name, kind } = person(id);
    return h("option", { value: id, selected: id === me() }, kind ? `${real_name} (${kind})` : real_name);
  }));
  face.replaceChildren(avatar(me(), person(me()).real_name, person(me()).kind));
}

function openHome() {
  [store.home, store.thread] = [true, ""];
  document.body.classList.remove("rail-open");
  act("open_home");
  draw();
}

const sorted = (messages) => [...messages, ...store.state.ephemeral].sort((one, other) => Number(one.ts) - Number(other.ts));

// Put nodes into a list; whoever was at its end stays there.
function fill(place, nodes) {
  const atEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 80 || !place.childElementCount;
  const editing = place.querySelector(".editing");
  if (nodes.length === place.childNodes.length && nodes.every((node, n) => node === place.childNodes[n] || (node.className === "day" && place.childNodes[n].className === "day"))) return;
  if (editing?.contains(document.activeElement)) return;
  place.replaceChildren(...nodes);
  if (atEnd) place.scrollTop = place.scrollHeight;
}

function draw() {
  const { channels, channel, messages, app } = store.state;
  const here = channels.find(({ id }) => id === channel);
  drawRail();
  const name = here ? (here.type === "im" ? here.name : `#${here.name}`) : "nowhere";
  title.replaceChildren(store.home ? app.name : name);
  topic.textContent = store.home ? "Home" : here ? `${here.members.length} members${here.shared ? " · shared with Globex" : ""}${here.archived ? " · archived" : ""}` : "";
  inChannel.name(`Message ${name}`, name);
  inThread.name("Reply…", name);
  channelPane.classList.toggle("at-home", store.home);
  drawHome(home);
  const roots = sorted(messages.filter((one) => !isReply(one) || one.subtype === "thread_broadcast")).filter((one) => !one.is_ephemeral || !one.thread_ts);
  fill(list, roots.length ? listed(roots, "channel") : [h("p", { class: "empty" }, `This is the very beginning of ${name}.`)]);
  drawThread(messages, name);
  drawModal(modal);
  document.title = `${store.home ? app.name : name} | Acme Support | Slack double`;
}

function drawThread(messages, name) {
  const thread = sorted(messages).filter((one) => one.ts === store.thread || one.thread_ts === store.thread);
  const open = Boolean(store.thread && thread.length && !store.home);
  document.body.classList.toggle("thread-open", open);
  history.replaceState(null, "", `${location.pathname}${location.search}${open ? `#${store.thread}` : ""}`);
  if (!open) return below.replaceChildren();
  threadTitle.replaceChildren("Thread ", h("small", {}, name));
  const [root, ...rest] = listed(thread, "thread").filter((node) => node.className !== "day");
  const count = thread.length - 1;
  const line = h("div", { class: "day count" }, h("span", {}, `${count} ${count === 1 ? "reply" : "replies"}`));
  fill(below, count ? [root, line, ...rest] : [root]);
}

let turn = 0;
async function load(seen) {
  const mine = ++turn;
  while (mine === turn) {
    const query = new URLSearchParams(location.search);
    query.set("seen", seen);
    try {
      const answer = await fetch(`/page/state?${query}`);
      const state = await answer.json();
      if (mine !== turn) return;
      store.state = state;
      seen = state.version;
      draw();
    } catch {
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

store.thread = location.hash.slice(1);
addEventListener("draw", draw);
addEventListener("hashchange", () => { store.thread = location.hash.slice(1); draw(); });
setInterval(draw, 60000);
draw();
load(store.state.version);
