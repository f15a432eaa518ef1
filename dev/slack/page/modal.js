// The modal that lies on top, and App Home.
import { act, avatar, h, store } from "./dom.js";
import { renderBlocks } from "./blocks.js";
import { usable } from "./elements.js";
import { text } from "./text.js";

let shown = { id: null, values: new Map(), errors: {} };

// Draws the modal of the state; what was typed stays while the app changes the rest.
export function drawModal(place) {
  const view = store.state.modal;
  if (!view) {
    shown = { id: null, values: new Map(), errors: {} };
    return place.replaceChildren();
  }
  const wanted = JSON.stringify([view.id, view.hash, shown.errors]);
  if (shown.wanted === wanted) return;
  if (shown.id !== view.id) shown = { id: view.id, values: new Map(), errors: {} };
  shown.wanted = JSON.stringify([view.id, view.hash, shown.errors]);
  const context = { ...usable({ view_id: view.id }, "modal", shown.values), errors: shown.errors };
  const close = (everything) => act("close", { everything });
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
  form.addEventListener("keydown", (event) => event.key === "Escape" && close(false));
  place.replaceChildren(h("div", { class: "curtain" }, form));
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
