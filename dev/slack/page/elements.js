// What can be clicked, chosen and filled in.
import { act, ask, h, menuItem, person, popover, store } from "./dom.js";
import { text } from "./text.js";

const words = (object) => object?.text ?? "";

export function element(block, one, context) {
  const kind = one.type.replace(/^multi_/, "");
  if (one.type === "image") return h("img", { class: "thumb", src: one.image_url, alt: one.alt_text });
  if (one.type === "button" || one.type === "workflow_button") return button(block, one, context);
  if (one.type === "overflow") return overflow(block, one, context);
  if (kind === "external_select") return external(block, one, context);
  if (kind.endsWith("_select")) return select(block, one, context);
  if (one.type === "checkboxes" || one.type === "radio_buttons") return boxes(block, one, context);
  if (one.type in FIELDS) return field(block, one, context);
  return h("span", { class: "unknown" }, `[${one.type}]`);
}

// The value that was typed or chosen here, or else the one that the app has filled in.
const key = (block, one) => `${block.block_id} ${one.action_id}`;
const current = (block, one, context, first) => context.values.has(key(block, one)) ? context.values.get(key(block, one)) : first;

// In an input block nothing is told until the modal is submitted, unless the app wants it.
function keep(block, one, context, value) {
  context.values.set(key(block, one), value);
  if (block.type !== "input" || block.dispatch_action) context.click(block, one, value);
}

const label = (block, one) => block.type === "input" ? { "aria-labelledby": `label-${block.block_id}` } : { "aria-label": words(one.placeholder) || one.action_id };

const sure = async (one) => !one.confirm || ask(text(one.confirm.title), text(one.confirm.text), words(one.confirm.confirm) || "OK",
  words(one.confirm.deny) || "Cancel", one.confirm.style ?? "primary");

function button(block, one, context) {
  const shown = h("button", { class: `button ${one.style ?? ""}`, type: "button", "aria-label": one.accessibility_label, "data-action": one.action_id }, text(one.text));
  shown.addEventListener("click", async () => {
    if (shown.dataset.busy || !(await sure(one))) return;
    if (one.url) window.open(one.url, "_blank", "noreferrer");
    shown.dataset.busy = "yes"; // not disabled: it would lose the focus
    await context.click(block, one);
    delete shown.dataset.busy;
  });
  return shown;
}

function overflow(block, one, context) {
  const shown = h("button", { class: "button overflow", type: "button", "aria-label": "More", "aria-haspopup": "menu", "data-action": one.action_id }, "⋯");
  shown.addEventListener("click", () => popover(shown, one.options.map((option) => menuItem(h("span", {}, text(option.text),
    option.description && h("small", {}, text(option.description))), async () => {
    if (option.url) window.open(option.url, "_blank", "noreferrer");
    if (await sure(one)) context.click(block, one, option.value);
  }))));
  return shown;
}

// Everything that a menu without options of its own can be: people and channels.
function choices(one) {
  if (one.options) return one.options.map(({ text: name, value }) => [value, words(name)]);
  if (one.option_groups) return one.option_groups.flatMap((group) => group.options.map(({ text: name, value }) => [value, `${words(group.label)}: ${words(name)}`]));
  if (one.type.includes("users")) return store.state.choices.map((id) => [id, person(id).real_name]);
  return store.state.channels.filter(({ type }) => type !== "im").map(({ id, name }) => [id, `#${name}`]);
}

function first(one) {
  const many = one.type.startsWith("multi_");
  const found = Object.entries(one).find(([name]) => name.startsWith("initial_"))?.[1];
  const plain = (value) => value?.value ?? value;
  return many ? (found ?? []).map(plain) : plain(found) ?? "";
}

function select(block, one, context) {
  if (one.type.startsWith("multi_")) return several(block, one, context, choices(one));
  const chosen = current(block, one, context, first(one));
  const shown = h("select", { class: "select", ...label(block, one) },
    h("option", { value: "" }, words(one.placeholder) || "Select an option"),
    choices(one).map(([value, name]) => h("option", { value, selected: value === chosen }, name)));
  shown.addEventListener("change", async () => {
    if (!shown.value || !(await sure(one))) return;
    keep(block, one, context, shown.value);
    if (block.type !== "input" && context.within === "message") shown.value = first(one);
  });
  return shown;
}

function several(block, one, context, all) {
  const chosen = new Set(current(block, one, context, first(one)));
  return h("div", { class: "several", role: "group", ...label(block, one) }, all.map(([value, name]) => h("label", { class: "chip" },
    h("input", { type: "checkbox", checked: chosen.has(value), onchange: (event) => {
      chosen[event.target.checked ? "add" : "delete"](value);
      keep(block, one, context, [...chosen]);
    } }), name)));
}

function external(block, one, context) {
  const many = one.type.startsWith("multi_");
  const chosen = () => [current(block, one, context, many ? one.initial_options ?? [] : one.initial_option ?? [])].flat().filter(Boolean);
  const field = h("input", { class: "text", placeholder: words(one.placeholder) || "Search…", role: "combobox", "aria-expanded": "false", ...label(block, one) });
  const chips = h("span", { class: "chips" });
  const draw = () => chips.replaceChildren(...chosen().map((option) => h("button", { class: "chip", type: "button", title: "Remove", onclick: () => {
    context.values.set(key(block, one), many ? chosen().filter((other) => other.value !== option.value) : null);
    draw();
  } }, words(option.text), " ×")));
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    if (field.value.length < (one.min_query_length ?? 3)) return;
    waiting = setTimeout(async () => {
      const found = await context.suggest(block, one, field.value);
      const options = found.options ?? (found.option_groups ?? []).flatMap((group) => group.options);
      popover(field, (options ?? []).length ? options.map((option) => menuItem(words(option.text), () => {
        keep(block, one, context, many ? [...chosen(), option] : option);
        field.value = "";
        draw();
      })) : h("div", { class: "none" }, "No results"));
      field.focus();
    }, 200);
  });
  draw();
  return h("span", { class: "lookup" }, chips, field);
}

function boxes(block, one, context) {
  const radio = one.type === "radio_buttons";
  const begun = radio ? one.initial_option?.value ?? "" : (one.initial_options ?? []).map(({ value }) => value);
  const chosen = current(block, one, context, begun);
  const group = key(block, one);
  const list = h("div", { class: "boxes", role: radio ? "radiogroup" : "group", ...label(block, one) }, one.options.map((option) =>
    h("label", {}, h("input", { type: radio ? "radio" : "checkbox", name: group, value: option.value,
      checked: radio ? chosen === option.value : chosen.includes(option.value) }),
    h("span", {}, text(option.text), option.description && h("small", {}, text(option.description))))));
  list.addEventListener("change", () => {
    const ticked = [...list.querySelectorAll("input:checked")].map(({ value }) => value);
    keep(block, one, context, radio ? ticked[0] : ticked);
  });
  return list;
}

const FIELDS = {
  plain_text_input: ["text", "initial_value"], email_text_input: ["email", "initial_value"],
  url_text_input: ["url", "initial_value"], number_input: ["text", "initial_value"],
  datepicker: ["date", "initial_date"], timepicker: ["time", "initial_time"],
  datetimepicker: ["datetime-local", "initial_date_time"], rich_text_input: ["rich", ""],
};

function field(block, one, context) {
  const [type, begun] = FIELDS[one.type];
  const value = current(block, one, context, one[begun] ?? "") ?? "";
  const long = one.multiline || type === "rich";
  const props = { class: "text", placeholder: words(one.placeholder), value, maxlength: one.max_length, ...label(block, one) };
  if (one.focus_on_load) props.autofocus = true;
  const shown = long ? h("textarea", { ...props, rows: "7" }) : h("input", { ...props, type });
  shown.addEventListener("input", () => context.values.set(key(block, one), read(shown, type)));
  const sends = one.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered") ? "input" : "change";
  shown.addEventListener(sends, () => keep(block, one, context, read(shown, type)));
  return shown;
}

const read = (shown, type) => type === "datetime-local" ? Math.floor(new Date(shown.value) / 1000) || null : shown.value;

// What a message, a modal or App Home needs to make its blocks usable.
export function usable(place, within, values = new Map()) {
  const typed = () => {
    const all = {};
    for (const [name, value] of values) {
      const [block, action] = name.split(" ");
      (all[block] ??= {})[action] = value;
    }
    return all;
  };
  const ids = (block, one) => ({ ...place, block_id: block.block_id, action_id: one.action_id });
  return {
    within, values, typed,
    click: (block, one, value) => act("click", { ...ids(block, one), value, values: typed() }),
    suggest: (block, one, query) => act("suggest", { ...ids(block, one), text: query }),
  };
}
