// The modal that lies on top, and App Home.
import { act, avatar, focused, h, store } from "./dom.js";
import { renderBlocks } from "./blocks.js";
import { usable } from "./elements.js";
import { text } from "./text.js";

let shown = { id: null, values: new Map(), errors: {} };
let back = null; // gives the focus back to what opened it

const inert = (yes) => { for (const pane of document.querySelectorAll(".rail, .pane")) pane.inert = yes; };
const closeAll = (everything) => act("close", { everything });
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && shown.id && !event.defaultPrevented) closeAll(false);
});

// Draws the modal of the state; what was typed stays while the app changes the rest.
export function drawModal(place) {
  const view = store.state.modal;
  if (!view) {
    if (!shown.id) return;
    shown = { id: null, values: new Map(), errors: {} };
    place.replaceChildren();
    inert(false);
    back?.();
    back = null;
    return;
  }
  back ??= focused();
  const wanted = JSON.stringify([view.id, view.hash, shown.errors]);
  if (shown.wanted === wanted) return;
  if (shown.id !== view.id) shown = { id: view.id, values: new Map(), errors: {} };
  shown.wanted = JSON.stringify([view.id, view.hash, shown.errors]);
  const context = { ...usable({ view_id: view.id }, "modal", shown.values), errors: shown.errors };
  const close = closeAll;
  const submit = h("button", { class: "button primary", type: "submit" }, text(view.submit));
  const form = h("form", { class: "modal", role: "dialog", "aria-modal": "true", "aria-label": view.title.text, novalidate: true },
    h("header", {}, store.state.depth > 1 && h("button", { type: "button", title: "Back", onclick: () => close(false) }, "‹"),
      avatar(store.state.app.bot, store.state.app.name, "bot", "small"), h("h2", {}, text(view.title)),
      h("button", { type: "button", class: "cross", title: "Close", onclick: () => close(true) }, "×")),
    h("div", { class: "inside" }, renderBlocks(view.blocks, context)),
    h("footer", {}, h("button", { type: "button", class: "button", onclick: () => close(false) }, view.close ? text(view.close) : "Close"), view.submit && submit));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    const result = await act("submit", { values: context.typed() });
    submit.disabled = false;
    shown.errors = result.errors ?? {};
    dispatchEvent(new Event("draw"));
  });
  form.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.requestSubmit());
  place.replaceChildren(h("div", { class: "curtain" }, form));
  inert(true);
  (form.querySelector("[autofocus]") ?? form.querySelector("input, textarea, select") ?? form.querySelector("button")).focus();
}

export function drawHome(place) {
  const home = store.state.home;
  const wanted = JSON.stringify([home, store.state.me]);
  if (place.dataset.wanted === wanted) return;
  place.dataset.wanted = wanted;
  place.replaceChildren(home ? renderBlocks(home.blocks, usable({ home: true }, "home"))
    : h("p", { class: "empty" }, `${store.state.app.name} has shown nothing here yet.`));
}
