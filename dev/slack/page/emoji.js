// Emoji that the app posts and people react with, drawn here: they look the same on a machine without a font for them.
const [BLUE, RED, GREEN, ORANGE, YELLOW, GREY, DARK, WHITE] = ["#3b88c3", "#dd2e44", "#3aa356", "#f4900c", "#ffcc4d", "#8899a6", "#4a5560", "#fff"];
const SQUARE = "M3.5 1h13A2.5 2.5 0 0 1 19 3.5v13a2.5 2.5 0 0 1-2.5 2.5h-13A2.5 2.5 0 0 1 1 16.5v-13A2.5 2.5 0 0 1 3.5 1z";
const CIRCLE = "M10 1.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z";
const FACE = "M6.8 7.8v.8M13.2 7.8v.8M5.8 11.6c1.6 3.8 6.8 3.8 8.4 0";

// A shape is a colour and a path; with a width it is a line.
const fill = (colour, path) => [colour, path, 0];
const line = (colour, path, width = 2) => [colour, path, width];
const sign = (path, width) => [fill(BLUE, SQUARE), line(WHITE, path, width)];

const DRAWINGS = {
  information_source: sign("M10 9v5.6M10 5.2v.6", 2.4),
  package: [fill("#b5794a", "M2.5 6 10 2.5 17.5 6v8.5L10 18 2.5 14.5z"), line("#8a5a34", "M2.5 6 10 9.4 17.5 6M10 9.4V18", 1.3), line("#e0b184", "M6.2 4.3 13.8 7.7v3", 1.6)],
  new: sign("M3.2 13.2V6.8l3.4 6.4V6.8M11 6.8H8.4v6.4H11M8.4 10h2.2M12.3 6.8l1 6.4 1.2-4.2 1.2 4.2 1-6.4", 1.2),
  white_check_mark: [fill(GREEN, SQUARE), line(WHITE, "M5 10.6 8.6 14 15 6.4", 2.6)],
  large_blue_circle: [fill(BLUE, CIRCLE)],
  red_circle: [fill(RED, CIRCLE)],
  large_orange_diamond: [fill(ORANGE, "M10 1 19 10l-9 9-9-9z")],
  raised_hand: [line(YELLOW, "M6.2 11V5.4M8.8 10V3.2M11.4 10V3M14 10.5V5", 2.2), fill(YELLOW, "M5.1 9.6h10v4a5 5 0 0 1-9.8 1.3z"), line(YELLOW, "M6 14.4 3.4 11.4", 2.2), line(ORANGE, "M8 12.5c1.8 0 3 1 3.2 2.6", .8)],
  raised_hands: [line(YELLOW, "M3.4 9.4c0 3.4.8 5.4 2.2 7.6M5.6 6.6c-.2 4 0 7 .6 10M8 8.4c.2 3.4-.2 6-1 8.6M16.6 9.4c0 3.4-.8 5.4-2.2 7.6M14.4 6.6c.2 4 0 7-.6 10M12 8.4c-.2 3.4.2 6 1 8.6", 2.1), line(BLUE, "M10 1.4v2.6M5.6 2.2l1 2M14.4 2.2l-1 2", 1.3)],
  point_right: [fill(YELLOW, "M2.6 7h6.6l1 8.4H5a2.4 2.4 0 0 1-2.4-2.4z"), line(YELLOW, "M8 8.2h9", 2.4), line(YELLOW, "M8.6 11h3.4M8.6 13.8h2.8", 2.4)],
  "+1": [fill(BLUE, "M2.4 9.2h3.2v8H2.4z"), fill(YELLOW, "M6.4 9.6 9.4 2.8c2 0 2.5 1.6 2.2 3l-.6 2.5h4.9c1.5 0 2 1.2 1.7 2.3l-1.5 5.1c-.3 1-1 1.5-2 1.5H6.4z")],
  writing_hand: [fill(YELLOW, "M2 13.4c1.6-3.6 5-5.4 8.6-4.6l3.4 2.4c.4 2.6-1.4 5-4.6 5.8H3z"), line(DARK, "M16.8 2.6 9.6 12.6", 2.2), line(GREY, "M4 18.6h12", 1)],
  speech_balloon: [fill("#cfdde8", "M10 2.6c5 0 8.6 2.8 8.6 6.4S15 15.4 10 15.4c-.8 0-1.5-.1-2.2-.2L3.6 17.8l.8-3.8C2.6 12.8 1.4 11 1.4 9c0-3.6 3.6-6.4 8.6-6.4z"), line(DARK, "M6.4 9h.01M10 9h.01M13.6 9h.01", 1.9)],
  leftwards_arrow_with_hook: sign("M8 4.8 4.6 8.2 8 11.6M4.9 8.2h7.2a3.2 3.2 0 0 1 0 6.4H9", 1.9),
  arrows_counterclockwise: sign("M15.2 8.8A5.3 5.3 0 0 0 5.4 7.2M5 4.2v3.2h3.2M4.8 11.2a5.3 5.3 0 0 0 9.8 1.6M15 15.8v-3.2h-3.2", 1.8),
  twisted_rightwards_arrows: sign("M3.8 6.4h2.6l6.2 7.2h3.4M3.8 13.6h2.6l1.8-2M10.8 8.4l1.8-2h3.4M14 4.2l2.2 2.2L14 8.6M14 11.4l2.2 2.2-2.2 2.2", 1.6),
  arrow_right: sign("M4.4 10H15M10.8 5.6 15.2 10l-4.4 4.4", 2),
  wastebasket: [fill(GREY, "M4.6 6.4h10.8L14.2 18.4H5.8z"), line(GREY, "M3.6 4.6h12.8M8 2.6h4", 1.8), line(WHITE, "M8 9l.4 6.6M12 9l-.4 6.6", 1.1)],
  octagonal_sign: [fill(RED, "M6.4 1.4h7.2l5 5v7.2l-5 5H6.4l-5-5V6.4z"), line(WHITE, "M5.6 10h8.8", 2.8)],
  memo: [fill("#dfe7ee", "M3.4 1.6h11.2v16.8H3.4z"), line(GREY, "M5.6 5.4h6.8M5.6 8.4h6.8M5.6 11.4h3.4", 1.1), line(ORANGE, "M17.4 7.2l-5.6 6.4", 2.4), line(DARK, "M11.2 14.4l-.5.8", 1.8)],
  star: [fill("#ffac33", "M10 1.4l2.7 5.5 6 .8-4.4 4.2 1.1 6L10 15l-5.4 2.9 1.1-6L1.3 7.7l6-.8z")],
  alarm_clock: [line(RED, "M3 5.8 6 3M17 5.8 14 3M5.4 17.4l-1 1.2M14.6 17.4l1 1.2", 2.2), fill(RED, "M10 3.8a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.4z"), fill(WHITE, "M10 6a5 5 0 1 0 0 10 5 5 0 0 0 0-10z"), line(DARK, "M10 8v3.2l2.2 1.2", 1.3)],
  hourglass_flowing_sand: [fill("#ffe8b6", "M4.8 2.4h10.4v2.4L11.4 10l3.8 5.2v2.4H4.8v-2.4L8.6 10 4.8 4.8z"), fill(ORANGE, "M6.6 5.6h6.8L10 10z"), fill(ORANGE, "M6.4 16.6 10 13l3.6 3.6z"), line("#8a5a2b", "M4 2.2h12M4 17.8h12", 1.9)],
  rotating_light: [fill(RED, "M4.8 14V9.4a5.2 5.2 0 0 1 10.4 0V14z"), line(WHITE, "M7.6 12V9.6A2.4 2.4 0 0 1 10 7.2", 1.2), fill(DARK, "M3 14.2h14v3.4H3z"), line(RED, "M10 1v1.4M3 3.2l1.1 1.1M17 3.2l-1.1 1.1", 1.4)],
  paperclip: [line(GREY, "M13.6 6.4 7.6 12.4a1.7 1.7 0 0 0 2.4 2.4l6-6a3.3 3.3 0 0 0-4.7-4.7l-6.1 6.1a4.9 4.9 0 0 0 7 7l4.4-4.4", 1.5)],
  file_folder: [fill("#e3a92b", "M1.6 4h6.2l1.6 2h9v10.4H1.6z"), fill(YELLOW, "M1.6 8h16.8v8.4H1.6z")],
  zzz: [line(BLUE, "M2.4 11.2h4.2l-4.2 5.4h4.2M8.6 6.4h3.8l-3.8 4.8h3.8M14 2.2h3.2L14 6.2h3.2", 1.8)],
  warning: [fill(YELLOW, "M10 1.6 19.2 18H.8z"), line("#3b2b00", "M10 7.4v5M10 15.3v.1", 2.1)],
  ticket: [fill(ORANGE, "M1.4 5h17.2v3.2a1.9 1.9 0 0 0 0 3.6V15H1.4v-3.2a1.9 1.9 0 0 0 0-3.6z"), line(WHITE, "M13 6.4v1M13 9.5v1M13 12.6v1", 1.2)],
  eyes: [fill(WHITE, "M5.6 3.4c2.2 0 3.8 2.9 3.8 6.6s-1.6 6.6-3.8 6.6S1.8 13.7 1.8 10s1.6-6.6 3.8-6.6z"), fill(WHITE, "M14.4 3.4c2.2 0 3.8 2.9 3.8 6.6s-1.6 6.6-3.8 6.6-3.8-2.9-3.8-6.6 1.6-6.6 3.8-6.6z"), line(GREY, "M5.6 3.4c2.2 0 3.8 2.9 3.8 6.6s-1.6 6.6-3.8 6.6S1.8 13.7 1.8 10s1.6-6.6 3.8-6.6zM14.4 3.4c2.2 0 3.8 2.9 3.8 6.6s-1.6 6.6-3.8 6.6-3.8-2.9-3.8-6.6 1.6-6.6 3.8-6.6z", .9), line("#292f33", "M6.4 9.4v1.6M15.2 9.4v1.6", 2.6)],
  tada: [fill(ORANGE, "M1.6 18.4 6.4 6.8l6.8 6.8z"), line(BLUE, "M9 4.6c.2-1.2 0-2-.8-2.8M15.6 11c1.2-.2 2 0 2.8.8", 1.5), line(RED, "M11.4 8.6c2-1 2.6-2.6 2.4-4.6", 1.5), line(GREEN, "M16.4 7.4h.1M12 2.6h.1M17.6 3h.1", 1.9)],
  fire: [fill(ORANGE, "M10.2 1c.4 3.4 5 5.4 5 11a5.2 5.2 0 0 1-10.3 1.3c-.5-2.9.9-4.9 2-6.1.3 1.3.8 1.9 1.4 2.1.1-3 .5-6 1.9-8.3z"), fill(YELLOW, "M10.2 9.6c.3 1.9 2.4 2.6 2.4 5a2.5 2.5 0 0 1-5 .2c-.1-1.4.5-2.2 1.1-2.8.2.5.4.7.7.8 0-1.2.2-2.2.8-3.2z")],
  heart: [fill(RED, "M10 18 2.8 10.8a4.6 4.6 0 0 1 6.5-6.5l.7.7.7-.7a4.6 4.6 0 0 1 6.5 6.5z")],
  smile: [fill(YELLOW, CIRCLE), line("#664500", FACE, 1.5)],
  slightly_smiling_face: [fill(YELLOW, CIRCLE), line("#664500", FACE, 1.5)],
};

// The drawing of an emoji; null where there is none.
export function drawing(name) {
  if (!Object.hasOwn(DRAWINGS, name)) return null;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 20 20", class: "drawn", "aria-hidden": "true" })) svg.setAttribute(key, value);
  for (const [colour, d, width] of DRAWINGS[name]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const how = width ? { fill: "none", stroke: colour, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" } : { fill: colour };
    for (const [key, value] of Object.entries({ d, ...how })) path.setAttribute(key, value);
    svg.append(path);
  }
  return svg;
}
