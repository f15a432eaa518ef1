// Slack to look at: the frame, and what it shows of the state that the double sends.
import { icon } from "./icons.js";
import { act, avatar, focused, h, me, person, store } from "./dom.js";
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
  const { app } = store.state;
  const [rooms, people] = [store.state.channels.filter(({ type }) => type !== "im"), store.state.channels.filter(({ type, other }) => type === "im" && other !== app.bot)];
  const withApp = store.home || direct()?.id === store.state.channel;
  rail.replaceChildren(h("h2", {}, "Channels"), ...rooms.map(channelButton),
    ...(people.length ? [h("h2", {}, "Direct messages"), ...people.map(channelButton)] : []),
    h("h2", {}, "Apps"), h("button", { class: withApp ? "here" : "", "aria-current": withApp ? "page" : null, onclick: openHome }, avatar(app.bot, app.name, "bot", "small"), h("span", { class: "name" }, app.name)));
  who.replaceChildren(...store.state.choices.map((id) => {
    const { real_name, kind } = person(id);
    return h("option", { value: id, selected: id === me() }, kind ? `${real_name} (${kind})` : real_name);
  }));
  face.replaceChildren(avatar(me(), person(me()).real_name, person(me()).kind));
}

// What the app says to one person stands beside its home.
const direct = () => store.state.channels.find(({ type, other }) => type === "im" && other === store.state.app.bot);

function tabs() {
  const tab = (name, here, onclick) => h("button", { class: here ? "tab here" : "tab", "aria-current": here ? "page" : null, onclick }, name);
  return h("nav", { class: "tabs", "aria-label": store.state.app.name }, tab("Home", store.home, openHome),
    direct() && tab("Messages", !store.home, () => go({ channel: direct().id })));
}

function drawTopic(here) {
  const withApp = store.home || (here && here === direct());
  const members = here?.type !== "im" ? `${here?.members.length ?? 0} members${here?.shared ? " · shared with Globex" : ""}` : "";
  const wanted = withApp ? `${store.home} ${direct()?.id}` : `${members}${here?.archived ? " · archived" : ""}`;
  if (topic.dataset.wanted === wanted) return;
  topic.dataset.wanted = wanted;
  topic.replaceChildren(withApp ? tabs() : wanted);
}

function openHome() {
  [store.home, store.thread] = [true, ""];
  document.body.classList.remove("rail-open");
  act("open_home");
  draw();
}

const sorted = (messages) => [...messages, ...store.state.ephemeral].sort((one, other) => Number(one.ts) - Number(other.ts));

// Whoever is at the end of a list stays there: when something is added, and when the window changes.
const isAtEnd = (place) => place.scrollHeight - place.scrollTop - place.clientHeight < 80;
const toEnd = (place) => { place.scrollTop = place.scrollHeight; };
let size = "";
for (const place of [list, below]) {
  place.addEventListener("scroll", () => { if (size === `${innerWidth} ${innerHeight}`) place.ended = isAtEnd(place); });
}
addEventListener("resize", () => {
  for (const place of [list, below]) if (place.ended) toEnd(place);
  size = `${innerWidth} ${innerHeight}`;
});

// Put nodes into a list.
function fill(place, nodes) {
  const atEnd = isAtEnd(place) || !place.childElementCount;
  const editing = place.querySelector(".editing");
  if (nodes.length === place.childNodes.length && nodes.every((node, n) => node === place.childNodes[n] || (node.className === "day" && place.childNodes[n].className === "day"))) return;
  if (editing?.contains(document.activeElement)) return;
  const back = place.contains(document.activeElement) ? focused() : null;
  place.replaceChildren(...nodes);
  back?.();
  if (atEnd) toEnd(place);
  place.ended = atEnd;
  size = `${innerWidth} ${innerHeight}`;
}

function draw() {
  const { channels, channel, messages, app } = store.state;
  const here = channels.find(({ id }) => id === channel);
  drawRail();
  const name = here ? (here.type === "im" ? here.name : `#${here.name}`) : "nowhere";
  title.replaceChildren(store.home ? app.name : name);
  drawTopic(here);
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
      if (!Array.isArray(state?.messages)) throw new Error("no state of Slack");
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
