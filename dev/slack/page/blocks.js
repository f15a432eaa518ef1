// Block Kit, block by block; what can be used is in elements.js.
import { h } from "./dom.js";
import { element } from "./elements.js";
import { mrkdwn, richText, text } from "./text.js";

// context: {click(block, element, value), suggest(block, element, words), values: Map, errors: {}, within}
export function renderBlocks(blocks, context) {
  return h("div", { class: "blocks" }, (blocks ?? []).map((block) => renderBlock(block, context)));
}

function renderBlock(block, context) {
  const kinds = { header, section, divider, context: contextBlock, actions, image, input, rich_text: rich, markdown, video };
  try {
    return (kinds[block.type] ?? unknown)(block, context);
  } catch {
    return unknown(block);
  }
}

const header = (block) => h("div", { class: "block header", role: "heading", "aria-level": "4" }, text(block.text));
const divider = () => h("hr", { class: "block divider" });
const rich = (block) => h("div", { class: "block rich" }, richText(block));
const markdown = (block) => h("div", { class: "block" }, mrkdwn(block.text.replace(/\*\*/g, "*")));
const video = (block) => h("div", { class: "block" }, h("a", { href: block.title_url ?? block.video_url }, text(block.title)));
const unknown = (block) => h("div", { class: "block unknown" }, `[${block.type}]`);

function section(block, context) {
  const fields = block.fields && h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "field" }, text(field))));
  return h("div", { class: "block section" },
    h("div", { class: "body" }, block.text && h("div", { class: "words" }, text(block.text)), fields),
    block.accessory && h("div", { class: "accessory" }, element(block, block.accessory, context)));
}

function contextBlock(block) {
  return h("div", { class: "block context" }, block.elements.map((one) => one.type === "image"
    ? h("img", { src: one.image_url, alt: one.alt_text }) : h("span", {}, text(one))));
}

const actions = (block, context) =>
  h("div", { class: "block actions" }, block.elements.map((one) => element(block, one, context)));

function image(block) {
  return h("figure", { class: "block image" }, block.title && h("figcaption", {}, text(block.title)),
    h("img", { src: block.image_url, alt: block.alt_text, loading: "lazy" }));
}

function input(block, context) {
  const error = context.errors?.[block.block_id];
  const optional = block.optional && h("span", { class: "optional" }, " (optional)");
  return h("div", { class: `block input ${error ? "wrong" : ""}` },
    h("div", { class: "label", id: `label-${block.block_id}` }, text(block.label), optional),
    element(block, block.element, context),
    error && h("div", { class: "error", role: "alert" }, error),
    block.hint && h("div", { class: "hint" }, text(block.hint)));
}
