// Small tools: elements, the words of people and times, calls to the double.
import { drawing } from "./emoji.js";
import { icon } from "./icons.js";

export const store = { state: JSON.parse(document.getElementById("state").textContent), thread: "", home: false };

// An element: h("p", {class: "x", onclick: f}, "words", another).
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const person = (id) => store.state.people[id] ?? { id, name: id ?? "?", real_name: id ?? "Somebody", kind: "" };
export const me = () => store.state.me;

const COLOURS = ["#c0392b", "#1d7a6b", "#1264a3", "#8e44ad", "#8a5a00", "#2d6a4f", "#a3195b", "#39568c"];

export function avatar(id, name, kind, size = "") {
  if (kind === "bot") return h("span", { class: `avatar bot ${size}`, "aria-hidden": "true" }, icon("ticket"));
  const initials = name.split(" ").map((word) => word[0]).slice(0, 2).join("");
  const colour = COLOURS[[...(id ?? name)].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLOURS.length];
  return h("span", { class: `avatar ${size}`, style: `background:${colour}`, "aria-hidden": "true" }, initials);
}

// Who wrote a message, as it is shown.
export function author(message) {
  if (message.subtype === "bot_message" || message.bot_id) {
    const id = message.user ?? message.bot_id;
    return { id, name: message.username ?? message.bot_profile?.name ?? store.state.app.name, kind: "bot" };
  }
  const one = person(message.user);
  return { id: one.id, name: one.real_name, kind: one.kind };
}

export const at = (ts) => new Date(Number(ts) * 1000);
export const clock = (ts) => at(ts).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

export function day(ts) {
  const [date, today] = [at(ts), new Date()];
  if (date.toDateString() === today.toDateString()) return "Today";
  if (date.toDateString() === new Date(today - 864e5).toDateString()) return "Yesterday";
  return date.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}

export function ago(ts) {
  const minutes = Math.floor((Date.now() - at(ts)) / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} ${minutes === 1 ? "minute" : "minutes"} ago`;
  return minutes < 1440 ? `${Math.floor(minutes / 60)} h ago` : day(ts);
}

// Somebody does something; what it led to. A refusal is shown, and comes back as {ok: false}.
export async function act(verb, what = {}) {
  try {
    const answer = await fetch(`/__act/${verb}`, { method: "POST", body: JSON.stringify({ as: me(), ...what }) });
    const result = await answer.json();
    if (result.ok === false && !["incomplete", "errors"].includes(result.error)) toast(REFUSALS[result.error] ?? result.error);
    return result;
  } catch (error) {
    toast(`Slack does not answer: ${error.message}`);
    return { ok: false, error: "unreachable" };
  }
}

const REFUSALS = {
  http_timeout: "The app did not answer within three seconds.",
  http_error: "The app answered with an error.",
  connection_failed: "The app is not connected.",
  not_configured: "This app is not configured to handle interactive responses.",
  invalid_response: "We had some trouble connecting. Try again?",
  not_in_threads: "Slash commands do not work in threads. Type it in the channel.",
  no_such_command: "That is not a command of an app in this channel.",
  not_in_this_workspace: "Shortcuts are for members of this workspace.",
  not_your_message: "That message is somebody else's.",
  is_archived: "This channel is archived.",
};

export function toast(words) {
  const shown = h("div", { class: "toast", role: "status" }, "⚠ ", words);
  document.body.append(shown);
  setTimeout(() => shown.remove(), 5000);
}

// A small window below something; a click elsewhere or Escape closes it.
export function popover(anchor, content, extra = "") {
  document.querySelector(".popover")?.remove();
  const box = h("div", { class: `popover ${extra}`, role: "menu" }, content);
  document.body.append(box);
  const place = anchor.getBoundingClientRect();
  const [width, height] = [box.offsetWidth, box.offsetHeight];
  box.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
  box.style.top = `${place.bottom + height + 8 < innerHeight ? place.bottom + 4 : Math.max(8, place.top - height - 4)}px`;
  const items = () => [...box.querySelectorAll("button")];
  const close = (event) => {
    if (event.type === "keydown" ? !["Escape", "Tab"].includes(event.key) : box.contains(event.target)) {
      const step = event.type === "keydown" && { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step || !box.contains(document.activeElement)) return;
      event.preventDefault();
      items().at((items().indexOf(document.activeElement) + step) % items().length).focus();
      return;
    }
    if (box.contains(document.activeElement)) anchor.focus();
    if (event.key === "Escape") event.stopPropagation();
    box.remove();
    removeEventListener("pointerdown", close, true);
    removeEventListener("keydown", close, true);
  };
  addEventListener("pointerdown", close, true);
  addEventListener("keydown", close, true);
  items()[0]?.focus({ preventScroll: true });
  return box;
}

// A question above everything; whether the answer was yes.
export function ask(title, question, yes, no, style) {
  const back = focused();
  return new Promise((done) => {
    const answer = (value) => { curtain.remove(); back(); done(value); };
    const sure = h("button", { type: "button", class: `button ${style}`, onclick: () => answer(true) }, yes);
    const box = h("div", { class: "modal question", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "question" },
      h("header", {}, h("h2", { id: "question" }, title)), h("div", { class: "inside" }, question),
      h("footer", {}, h("button", { type: "button", class: "button", onclick: () => answer(false) }, no), sure));
    const curtain = h("div", { class: "curtain" }, box);
    curtain.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.stopPropagation(); answer(false); }
      if (event.key === "Tab") { event.preventDefault(); (document.activeElement === sure ? sure.previousSibling : sure).focus(); }
    });
    document.body.append(curtain);
    sure.focus();
  });
}

// Remembers what has the focus; call what it returns to give the focus back, even if everything was drawn anew.
export function focused(element = document.activeElement) {
  const [ts, pane] = [element?.closest?.("[data-ts]")?.dataset.ts, element?.closest?.(".pane")];
  const key = (one) => one.dataset.action ?? (one.title || one.textContent);
  const wanted = element && key(element);
  return () => {
    if (!element || element === document.body) return;
    if (element.isConnected) return element.focus({ preventScroll: true });
    const message = ts && pane?.querySelector(`[data-ts="${ts}"]`);
    const found = message && [...message.querySelectorAll("button, a, select, input")];
    (found?.find((one) => key(one) === wanted) ?? message?.querySelector(".actions button") ?? message)?.focus({ preventScroll: true });
  };
}

export const menuItem = (words, onclick, extra = "") => h("button", { class: `item ${extra}`, role: "menuitem", onclick: () => {
  document.querySelector(".popover")?.remove();
  onclick();
} }, words);

// Whether this machine has a font with emoji in colour; without one their names are shown.
export const colours = (() => {
  const pen = Object.assign(document.createElement("canvas"), { width: 24, height: 24 }).getContext("2d", { willReadFrequently: true });
  pen.font = "20px 'Noto Color Emoji', 'Apple Color Emoji', 'Segoe UI Emoji', sans-serif";
  pen.fillText("😄", 0, 20);
  const points = pen.getImageData(0, 0, 24, 24).data;
  return points.some((value, n) => n % 4 === 0 && Math.abs(value - points[n + 2]) > 60);
})();

// An emoji by its name.
export function emoji(name, fallback = `:${name}:`) {
  const [known] = name.split("::");
  const [character, drawn] = [store.state.emoji[known], drawing(known)];
  if (!character) return h("span", {}, fallback);
  if (drawn) return h("span", { class: "emoji", role: "img", title: `:${name}:`, "aria-label": known.replaceAll("_", " ") }, drawn);
  return h("span", { class: colours ? "emoji" : "emoji named", title: `:${name}:` }, colours ? character : name.replaceAll("_", " "));
}
