// What is wrong with the page as it is drawn; page_checks.py says what is core's and gives the rest a sentence.
// Evaluates to {faults: [{rule, place, why}], excused: the entries of `core` that were needed}. Wants axe-core in the page.
async ({ scope, tags, more, core }) => {
  const roots = scope.flatMap((selector) => [...document.querySelectorAll(selector)]);
  const elements = [...new Set(roots.flatMap((root) => [root, ...root.querySelectorAll("*")]))];

  function place(element) {
    const named = element.closest("[name], [id], [data-name]") ?? element;
    const words = (element.textContent || element.value || element.placeholder || "").trim().replace(/\s+/g, " ");
    const shown = [...new Set([named, element])].map((one) => one.cloneNode(false).outerHTML.slice(0, 160));
    return `${shown.join(" … ")} “${words.slice(0, 60)}”`;
  }

  // What excuses a fault: the entry of `core`, as [rule, selector].
  function excuse({ rule, element }) {
    const entries = ["*", rule].flatMap((key) => (core[key] ?? []).map((selector) => [key, selector]));
    return entries.find(([, selector]) => element.closest(selector));
  }

  async function axeRules() {
    const options = {
      runOnly: { type: "tag", values: tags },
      rules: Object.fromEntries(more.map((rule) => [rule, { enabled: true }])),
      resultTypes: ["violations"],
      preload: { assets: ["media"] }, // no rule of these tags reads the style sheets, which are long
      elementRef: true,
    };
    const { violations } = await axe.run({ include: roots }, options);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ element, failureSummary }) => ({ rule: id, element, why: failureSummary.split("\n")[1].trim() }))
    );
  }

  function scrolls(element) {
    return ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  }

  function sidewaysScrolling() {
    return [document.scrollingElement, ...elements]
      .filter((element) => element === document.scrollingElement || scrolls(element))
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => ({
        rule: "sideways", element, why: `${element.scrollWidth} px wide in ${element.clientWidth} px`,
      }));
  }

  // The edge that cuts off something at `box`, seen from `element`; undefined when one can scroll there.
  function cut(box, element) {
    for (let outer = element; outer; outer = outer.parentElement) {
      const style = getComputedStyle(outer);
      if (["auto", "scroll"].includes(style.overflowX)) {
        return undefined;
      }
      const edge = outer.getBoundingClientRect();
      const isHidden = ["hidden", "clip"].includes(style.overflowX) && style.display !== "inline";
      if (isHidden && edge.width > 1 && (box.right > edge.right + 1 || box.left < edge.left - 1)) {
        // Shortened with dots, and the whole of it in a tooltip, is no loss.
        return style.textOverflow === "ellipsis" && outer.closest("[title], [data-tooltip]") ? undefined : outer;
      }
    }
    return box.right > innerWidth + 1 || box.left < -1 ? document.body : undefined;
  }

  function cutText() {
    const found = [];
    for (const element of elements) {
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) {
        continue;
      }
      for (const node of element.childNodes) {
        if (node.nodeType !== Node.TEXT_NODE || !node.textContent.trim()) {
          continue;
        }
        const range = document.createRange();
        range.selectNodeContents(node);
        if ([...range.getClientRects()].some((box) => box.width && cut(box, element))) {
          found.push({ rule: "cut-off", element, why: "text is cut off" });
        }
      }
    }
    return found;
  }

  function cutPlaceholders() {
    const pen = document.createElement("canvas").getContext("2d");
    return elements
      .filter((element) => element.matches("input[placeholder]") && !element.value && element.checkVisibility())
      .filter((input) => {
        const style = getComputedStyle(input);
        pen.font = style.font;
        const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return pen.measureText(input.placeholder).width > room + 1;
      })
      .map((element) => ({ rule: "cut-off", element, why: `the placeholder “${element.placeholder}” is cut off` }));
  }

  const found = [...(await axeRules()), ...sidewaysScrolling(), ...cutText(), ...cutPlaceholders()];
  return {
    faults: found.filter((one) => !excuse(one)).map(({ rule, element, why }) => ({ rule, why, place: place(element) })),
    excused: found.map(excuse).filter(Boolean),
  };
};
