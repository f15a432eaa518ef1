// Words as Slack shows them: mrkdwn, plain text with emoji, and rich_text.
import { emoji, h, me, person, store } from "./dom.js";

const unescaped = (words) => words.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const mention = (id) => h("span", { class: `mention ${id === me() ? "mine" : ""}` }, `@${person(id).real_name}`);
const call = (range) => h("span", { class: "mention mine" }, `@${range}`);
const channelLink = (id, name) => {
  const known = store.state.channels.find((one) => one.id === id);
  return h("a", { class: "mention", href: `/?channel=${id}` }, `#${known?.name ?? name ?? id}`);
};
// Only addresses that a browser may follow from here; anything else is words.
const link = (url, label) => /^(https?:|mailto:)/.test(url)
  ? h("a", { href: url, target: "_blank", rel: "noreferrer" }, label) : h("span", {}, label);

// Dates as each reader sees them: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const date = (epoch, format, fallback) => {
  const when = new Date(Number(epoch) * 1000);
  if (Number.isNaN(when.valueOf())) return h("time", {}, fallback);
  const day = when.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
  const time = when.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const words = String(format).replace(/\{date[a-z_]*_pretty\}/g, (_all, at) => (at ? near(when) : capital(near(when))) ?? day).replace(/\{date[^}]*\}/g, day)
    .replace(/\{time[^}]*\}/g, time).replace(/\{ago\}/g, away(when - Date.now()));
  return h("time", { title: fallback, datetime: when.toISOString() }, words);
};

const capital = (words) => words && words[0].toUpperCase() + words.slice(1);
const midnight = (when) => new Date(when.getFullYear(), when.getMonth(), when.getDate());
const near = (when) => ({ "-1": "yesterday", 0: "today", 1: "tomorrow" })[Math.round((midnight(when) - midnight(new Date())) / 864e5)];

function away(milliseconds) {
  const minutes = Math.round(Math.abs(milliseconds) / 6e4);
  if (minutes < 1) return "now";
  const [count, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 1440 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return milliseconds < 0 ? `${words} ago` : `in ${words}`;
}

const EMOJI = /:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/g;

export function withEmoji(words) {
  const parts = [];
  let end = 0;
  for (const found of words.matchAll(EMOJI)) {
    if (!store.state.emoji[found[1].split("::")[0]]) continue;
    parts.push(words.slice(end, found.index), emoji(found[1]));
    end = found.index + found[0].length;
  }
  return [...parts, words.slice(end)];
}

const ANGLE = /<([^<>]+)>/;
const INLINE = [
  [/`([^`\n]+)`/, (found) => h("code", {}, angles(found[1]))],
  [ANGLE, (found) => angle(found[1])],
  [/(?<![\w*])\*(\S(?:[^*\n]*?\S)?)\*(?![\w*])/, (found) => h("b", {}, inline(found[1]))],
  [/(?<!\w)_(\S(?:[^_\n]*?\S)?)_(?!\w)/, (found) => h("i", {}, inline(found[1]))],
  [/(?<!\w)~(\S(?:[^~\n]*?\S)?)~(?!\w)/, (found) => h("s", {}, inline(found[1]))],
];

const angles = (words) => unescaped(words.replace(ANGLE, (_all, inside) => inside.split("|").at(-1)));

function angle(inside) {
  const [target, label] = inside.split("|");
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!date^")) return date(...target.split("^").slice(1, 3), label);
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, label ?? "@group");
  if (target.startsWith("!")) return call(target.slice(1));
  return link(unescaped(target), unescaped(label ?? target));
}

function inline(words) {
  let first = null;
  for (const [pattern, shown] of INLINE) {
    const found = pattern.exec(words);
    if (found && (!first || found.index < first.found.index)) first = { found, shown };
  }
  if (!first) return withEmoji(unescaped(words));
  const { found, shown } = first;
  return [...withEmoji(unescaped(words.slice(0, found.index))), shown(found), ...inline(words.slice(found.index + found[0].length))];
}

// mrkdwn without its marks, in one line.
export const flat = (words) => h("span", {}, mrkdwn(words)).textContent.replace(/\s+/g, " ").trim();

// mrkdwn: code, quotes, and lines.
export function mrkdwn(words) {
  return String(words ?? "").split(/```\n?([\s\S]*?)\n?```/).flatMap((part, number) => {
    if (number % 2) return [h("pre", {}, unescaped(part))];
    const shown = [];
    for (const line of part.split("\n")) {
      const quoted = line.startsWith("&gt;") || line.startsWith(">");
      const last = shown.at(-1);
      const content = inline(quoted ? line.replace(/^(&gt;|>) ?/, "") : line);
      if (last?.quoted === quoted) last.content.push(h("br"), ...content);
      else shown.push({ quoted, content });
    }
    return shown.flatMap(({ quoted, content }) => quoted ? [h("blockquote", {}, content)] : content);
  });
}

// A text object of Block Kit.
export function text(object) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text) : withEmoji(object.text).flatMap(lines);
}

const lines = (part) => typeof part !== "string" ? [part] : part.split("\n").flatMap((line, n) => (n ? [h("br"), line] : [line]));

// rich_text
export function richText(block) {
  return block.elements.map(richPart);
}

function richPart(part) {
  const inside = () => part.elements.map(richInline);
  switch (part.type) {
    case "rich_text_list": {
      const tag = part.style === "ordered" ? "ol" : "ul";
      return h(tag, { style: `margin-left:${(part.indent ?? 0) * 24}px` }, part.elements.map((one) => h("li", {}, one.elements.map(richInline))));
    }
    case "rich_text_quote": return h("blockquote", {}, inside());
    case "rich_text_preformatted": return h("pre", {}, inside());
    default: return h("div", { class: "line" }, inside());
  }
}

function richInline(one) {
  switch (one.type) {
    case "user": return mention(one.user_id);
    case "usergroup": return h("span", { class: "mention" }, "@group");
    case "channel": return channelLink(one.channel_id);
    case "broadcast": return call(one.range);
    case "emoji": return emoji(one.name);
    case "link": return styled(link(one.url, one.text ?? one.url), one.style);
    case "date": return date(one.timestamp, one.format, one.fallback ?? "");
    default: return styled(h("span", {}, lines(one.text ?? "")), one.style);
  }
}

function styled(node, style = {}) {
  for (const [name, tag] of [["code", "code"], ["bold", "b"], ["italic", "i"], ["strike", "s"]]) {
    if (style[name]) node = h(tag, {}, node);
  }
  return node;
}
