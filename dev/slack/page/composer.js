// Where one types: in a channel, in a thread, or what one has said already.
import { icon } from "./icons.js";
import { act, h, me, menuItem, person, popover, store, toast } from "./dom.js";
import { emojiPicker } from "./messages.js";

// A composer that stays while everything around it is drawn anew. thread: function → ts or ""
export function composer(thread) {
  let files = [];
  const field = h("textarea", { rows: "1", "aria-label": "Message" });
  const chips = h("div", { class: "attached" });
  const broadcast = h("input", { type: "checkbox" });
  const broadcastName = h("span");
  const send = h("button", { class: "send", title: "Send", type: "submit", disabled: true }, icon("send"));
  const picker = h("input", { type: "file", multiple: true, hidden: true, onchange: () => {
    files.push(...picker.files);
    picker.value = "";
    draw();
  } });
  const draw = () => {
    chips.replaceChildren(...files.map((file) => h("span", { class: "chip" }, icon("file"), file.name,
      h("button", { type: "button", title: "Remove", onclick: () => { files = files.filter((other) => other !== file); draw(); } }, "×"))));
    send.disabled = !field.value.trim() && !files.length;
    grow(field);
  };
  const form = h("form", { class: "composer" }, field, chips,
    thread && h("label", { class: "also" }, broadcast, " Also send to ", broadcastName),
    h("div", { class: "bar" }, picker,
      h("button", { type: "button", title: "Attach a file", onclick: () => picker.click() }, icon("clip")),
      h("button", { type: "button", title: "Emoji", onclick: (event) => emojiPicker(event.currentTarget, (name) => insert(field, `:${name}: `)) }, icon("smile")),
      h("button", { type: "button", title: "Mention somebody", onclick: () => { insert(field, "@"); mentions(field); } }, "@"),
      !thread && h("button", { type: "button", title: "Shortcuts and commands", onclick: (event) => shortcuts(event.currentTarget, field) }, icon("bolt")),
      h("span", { class: "space" }), send));
  field.addEventListener("input", () => { draw(); mentions(field); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !document.querySelector(".popover")) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [words, attached] = [field.value, files];
    if (!words.trim() && !attached.length) return;
    [field.value, files] = ["", []];
    draw();
    const done = await say(words, attached, thread?.() ?? "", broadcast.checked);
    if (done.ok === false) [field.value, files] = [words, attached];
    broadcast.checked = false;
    draw();
    field.focus();
  });
  return { form, name(words, channel) { field.placeholder = words; broadcastName.textContent = channel; } };
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 220)}px`;
}

async function say(words, attached, thread_ts, broadcast) {
  const channel = store.state.channel;
  const command = store.state.app.commands.find((one) => words === one.command || words.startsWith(`${one.command} `));
  if (command || /^\/[a-z]/.test(words)) {
    const [name, ...rest] = words.split(" ");
    return act("command", { channel, command: name, text: rest.join(" "), thread_ts });
  }
  const files = await Promise.all(attached.map(async (file) => ({ name: file.name, mimetype: file.type, content: await base64(file) })));
  return act("post", { channel, text: words, thread_ts, broadcast, files });
}

const base64 = (file) => new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.split(",")[1] ?? "");
  reader.readAsDataURL(file);
});

function insert(field, words) {
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input"));
  field.focus();
}

// Whom an @ may mean, while it is being typed.
function mentions(field) {
  const begun = /(?:^|\s)@([\w.-]*)$/.exec(field.value.slice(0, field.selectionStart));
  document.querySelector(".popover.names")?.remove();
  if (!begun) return;
  const fits = Object.values(store.state.people).filter((one) => !one.deleted
    && (one.name.startsWith(begun[1].toLowerCase()) || one.real_name.toLowerCase().startsWith(begun[1].toLowerCase())));
  if (!fits.length || (begun[1] && fits[0].name === begun[1])) return;
  popover(field, fits.slice(0, 8).map((one) => menuItem(`${one.real_name}  @${one.name}`, () => {
    field.setRangeText(`${one.name} `, field.selectionStart - begun[1].length, field.selectionStart, "end");
    field.dispatchEvent(new Event("input"));
    field.focus();
  })), "names");
  field.focus();
}

function shortcuts(anchor, field) {
  const { shortcuts: all, commands } = store.state.app;
  const found = all.filter(({ type }) => type === "global").map((one) => menuItem(one.name, () => act("shortcut", { callback_id: one.callback_id })));
  const typed = commands.map((one) => menuItem(`${one.command}  ${one.description ?? ""}`, () => insert(field, `${one.command} `)));
  if (found.length + typed.length) popover(anchor, [...found, ...typed]);
  else toast("The app has no shortcuts and no commands.");
}

// What a text looks like in the field that it was typed in.
export const retyped = (text) => text
  .replace(/<@(\w+)>/g, (_all, id) => `@${person(id).name}`).replace(/<#\w+\|([^>]+)>/g, "#$1").replace(/<!(channel|here|everyone)>/g, "@$1")
  .replace(/<mailto:[^|>]+\|([^>]+)>/g, "$1").replace(/<(https?:[^|>]+)(\|[^>]*)?>/g, "$1")
  .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

// The editor in place of one's own message.
export function edit(message) {
  for (const shown of document.querySelectorAll(`.message[data-ts="${message.ts}"] .main`)) {
    const field = h("textarea", { rows: "2", "aria-label": "Edit message" });
    field.value = retyped(message.text);
    const stop = () => form.remove();
    const form = h("form", { class: "composer editing", onsubmit: (event) => {
      event.preventDefault();
      stop();
      act("edit", { channel: store.state.channel, ts: message.ts, text: field.value });
    } }, field, h("div", { class: "bar" }, h("span", { class: "space" }),
      h("button", { type: "button", class: "button", onclick: stop }, "Cancel"), h("button", { class: "button primary", type: "submit" }, "Save")));
    shown.append(form);
    grow(field);
    field.focus();
  }
}

export const mayWrite = () => store.state.channels.some(({ id, archived }) => id === store.state.channel && !archived) && me();
