// Messages of a channel and of a thread.
import { drawing } from "./emoji.js";
import { icon } from "./icons.js";
import { act, ago, author, avatar, clock, colours, day, emoji, h, me, menuItem, person, popover, store } from "./dom.js";
import { renderBlocks } from "./blocks.js";
import { usable } from "./elements.js";
import { flat, mrkdwn, withEmoji } from "./text.js";
import { edit } from "./composer.js";

const QUICK = ["white_check_mark", "eyes", "raised_hands"];
const kept = new Map(); // what was drawn, by place and ts: it is drawn anew only when it has changed

export const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;

// The messages of a list, as nodes. within: "channel" or "thread"
export function listed(messages, within) {
  const nodes = [];
  let before = null;
  for (const message of messages) {
    if (!before || day(before.ts) !== day(message.ts)) nodes.push(h("div", { class: "day" }, h("span", {}, day(message.ts))));
    nodes.push(drawn(message, within, follows(before, message)));
    before = message;
  }
  return nodes;
}

const follows = (before, message) => before && author(before).id === author(message).id && !before.is_ephemeral && !message.is_ephemeral
  && day(before.ts) === day(message.ts) && Number(message.ts) - Number(before.ts) < 300 && before.subtype !== "tombstone" && !before.reply_count;

function drawn(message, within, compact) {
  const names = JSON.stringify(Object.values(store.state.people).map((one) => one.real_name));
  const wanted = JSON.stringify([message, compact, me(), store.state.app, within, names, ago(message.latest_reply ?? message.ts)]);
  const found = kept.get(`${within} ${message.ts}`);
  if (found?.wanted === wanted) return found.node;
  const node = shown(message, within, compact);
  kept.set(`${within} ${message.ts}`, { wanted, node });
  return node;
}

// One odd message does not take the others along.
function shown(message, within, compact) {
  try {
    return draw(message, within, compact);
  } catch (error) {
    return h("article", { class: "message tombstone" }, h("span"), h("div", { class: "main" }, `This message cannot be shown (${error.message}).`));
  }
}

function draw(message, within, compact) {
  if (message.subtype === "tombstone") {
    return h("article", { class: "message tombstone" }, h("span", { class: "avatar gone", "aria-hidden": "true" }, icon("bin")),
      h("div", { class: "main" }, h("div", { class: "words" }, message.text), within === "channel" && replies(message)));
  }
  const { id, name, kind } = author(message);
  const badge = kind && h("span", { class: `badge ${kind}` }, kind === "bot" ? "APP" : kind);
  const time = h("time", { title: new Date(Number(message.ts) * 1000).toString() }, clock(message.ts));
  return h("article", { class: `message ${compact ? "compact" : ""} ${message.is_ephemeral ? "ephemeral" : ""}`, "data-ts": message.ts, tabindex: "0" },
    compact ? h("span", { class: "aside" }, time) : avatar(id, name, kind),
    h("div", { class: "main" },
      message.is_ephemeral && h("div", { class: "only" }, icon("eye"), " Only visible to you"),
      message.subtype === "thread_broadcast" && h("div", { class: "only" }, within === "channel" ? "replied to a thread: " : "also sent to the channel",
        within === "channel" && h("button", { class: "link", onclick: () => openThread(message.thread_ts) }, flat(message.root?.text).slice(0, 80))),
      !compact && h("div", { class: "who" }, h("b", {}, name), badge, time),
      content(message), (message.files ?? []).map(file), (message.attachments ?? []).map(attachment),
      reactions(message), within === "channel" && replies(message)),
    !message.is_ephemeral && tools(message, within));
}

function content(message) {
  const edited = message.edited && !message.bot_id && h("span", { class: "edited" }, " (edited)");
  if (!message.blocks?.length) return h("div", { class: "words" }, mrkdwn(message.text), edited);
  const shown = renderBlocks(message.blocks, usable({ channel: store.state.channel, ts: message.ts }, "message"));
  if (edited) ([...shown.querySelectorAll(".line")].at(-1) ?? shown).append(edited);
  return shown;
}

function file(one) {
  if (one.mode === "tombstone") return h("div", { class: "file gone" }, icon("bin"), " This file was deleted.");
  if ((one.mimetype ?? "").startsWith("image/")) {
    return h("a", { class: "picture", href: one.url_private, target: "_blank" }, h("img", { src: one.url_private, alt: one.title, loading: "lazy" }));
  }
  return h("a", { class: "file", href: one.url_private_download ?? one.url_private, target: "_blank" }, h("span", { class: "kind" }, icon("file")),
    h("span", {}, h("b", {}, one.title ?? one.name), h("small", {}, `${one.pretty_type || "File"} · ${size(one.size)}`)));
}

const size = (bytes) => bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

function attachment(one) {
  return h("div", { class: "attachment", style: one.color && `border-color:${one.color.startsWith("#") ? one.color : `#${one.color}`}` },
    one.title && h("b", {}, withEmoji(one.title)), h("div", {}, mrkdwn(one.text ?? one.fallback ?? one.from_url ?? "")),
    one.blocks && renderBlocks(one.blocks, usable({}, "message")));
}

function reactions(message) {
  if (!message.reactions) return null;
  return h("div", { class: "reactions" }, message.reactions.map(({ name, users }) => {
    const mine = users.includes(me());
    const names = users.map((id) => person(id).real_name).join(", ");
    return h("button", { class: `reaction ${mine ? "mine" : ""}`, title: `${names} reacted with :${name}:`, "aria-pressed": String(mine),
      onclick: () => react(message, name, mine) }, emoji(name), h("span", { class: "count" }, users.length));
  }), h("button", { class: "reaction add", title: "Add reaction", onclick: (event) => emojiPicker(event.currentTarget, (name) => react(message, name)), "aria-label": "Add reaction" }, icon("smile")));
}

const react = (message, name, mine = false) =>
  act(mine ? "unreact" : "react", { channel: store.state.channel, ts: message.ts, name });

export function emojiPicker(anchor, chosen) {
  popover(anchor, Object.entries(store.state.emoji).map(([name, character]) =>
    h("button", { class: "one", title: `:${name}:`, onclick: () => { document.querySelector(".popover").remove(); chosen(name); } }, drawing(name) ?? (colours ? character : name))), colours ? "emojis" : "emojis names");
}

function replies(message) {
  if (!message.reply_count) return null;
  const faces = message.reply_users.slice(0, 4).map((id) => avatar(id, person(id).real_name, person(id).kind, "small"));
  return h("button", { class: "replies", onclick: () => openThread(message.ts) }, faces,
    h("b", {}, `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`),
    h("span", {}, `Last reply ${ago(message.latest_reply)}`));
}

export function openThread(ts) {
  store.thread = ts;
  dispatchEvent(new Event("draw"));
}

function tools(message, within) {
  const quick = within === "channel" || isReply(message) ? QUICK : QUICK.slice(0, 2);
  const threaded = within === "channel" && h("button", { title: "Reply in thread", onclick: () => openThread(message.thread_ts ?? message.ts) }, icon("thread"));
  return h("div", { class: "tools" },
    quick.map((name) => h("button", { title: `:${name}:`, onclick: () => react(message, name) }, emoji(name))),
    h("button", { title: "Add reaction", onclick: (event) => emojiPicker(event.currentTarget, (name) => react(message, name)) }, icon("smile")),
    threaded,
    h("button", { title: "More actions", "aria-haspopup": "menu", onclick: (event) => more(event.currentTarget, message) }, icon("more")));
}

function more(anchor, message) {
  const shortcuts = store.state.app.shortcuts.filter(({ type }) => type === "message");
  const mine = message.user === me() && !message.bot_id;
  const place = { channel: store.state.channel, ts: message.ts };
  popover(anchor, [
    menuItem("Reply in thread", () => openThread(message.thread_ts ?? message.ts)),
    menuItem("Copy link", () => navigator.clipboard?.writeText(`${location.origin}/archives/${store.state.channel}/p${message.ts.replace(".", "")}`)),
    mine && menuItem("Edit message", () => edit(message)),
    mine && menuItem("Delete message…", () => act("delete", place), "danger"),
    shortcuts.length && h("div", { class: "group" }, `Shortcuts of ${store.state.app.name}`),
    shortcuts.map((one) => menuItem(one.name, () => act("shortcut", { ...place, callback_id: one.callback_id }))),
  ].filter(Boolean));
}
