// Drawings of the frame itself: no font is needed for them.
const PATHS = {
  lock: "M6 9V6.5a4 4 0 0 1 8 0V9M4.5 9h11v8h-11z",
  archive: "M3 4h14v3H3zM4.5 7v9h11V7M8 10.5h4",
  bin: "M4 5.5h12M8 5.5V4h4v1.5M5.5 5.5l.8 11h7.4l.8-11M8.5 8.5v5M11.5 8.5v5",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 7.7a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6z",
  file: "M5.5 2.5h6l3.5 3.5v11.5h-9.5zM11.5 2.5v3.5h3.5M8 10h4.5M8 13h4.5",
  thread: "M3 4h14v9.5H9.5L6 17v-3.5H3zM6.5 7.5h7M6.5 10h4.5",
  smile: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM7.4 7.8v.6M12.6 7.8v.6M6.8 11.6c1.5 2.6 4.9 2.6 6.4 0",
  ticket: "M2.5 6h15v2.7a1.5 1.5 0 0 0 0 2.8v2.5h-15v-2.5a1.5 1.5 0 0 0 0-2.8zM12.5 6.5v1.4M12.5 9.3v1.4M12.5 12.1v1.4",
  more: "M10 4.4v.4M10 9.8v.4M10 15.2v.4",
  clip: "M10 4v12M4 10h12",
  bolt: "M11.5 2.5 5 11.5h4.5l-1 6 6.5-9H10.5z",
  send: "M3 3.5 17 10 3 16.5 5 10zM5 10h6",
};

export function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 20 20", class: `icon is-${name}`, "aria-hidden": "true" })) drawing.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  drawing.append(path);
  return drawing;
}
