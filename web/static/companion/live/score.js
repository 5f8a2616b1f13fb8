/* How an episode is drawn: a roll with a lane for each arm and a column for each pull, and strips of numbers under it. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  /* An element with attributes (functions become listeners) and children. */
  live.element = function (tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") made.addEventListener(name, value);
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  };

  /* A probability as the book prints it: .07, and 1. */
  live.share = (p) => (p > 0.995 ? "1" : p.toFixed(2).slice(1));

  /* The roll of a player. */
  live.roll = function (name, arms, pulls) {
    const box = live.element("div", { class: "roll", role: "img" });
    box.style.setProperty("--pulls", pulls);
    box.style.setProperty("--arms", arms.length);

    /* Draws the first `shown` pulls; `policies[t][arm]` shades what was likely, also for the pull to come. */
    function draw(track, shown, policies = []) {
      const marks = [];
      policies.slice(0, shown + 1).forEach((policy, t) => policy.forEach((p, arm) => {
        if (p > 0.02) marks.push(mark("likely", arm, t, p));
      }));
      const words = track.arms.slice(0, shown).map((arm, t) => {
        marks.push(mark(track.rewards[t] ? "paid" : "failed", arm, t));
        return `${arms[arm]} ${track.rewards[t] ? "paid" : "did not"}`;
      });
      box.replaceChildren(...marks);
      box.setAttribute("aria-label", `${name}: ${words.join(", ") || "no pull yet"}`);
    }
    return { box, draw };
  };

  function mark(kind, arm, t, opacity = 1) {
    const drawn = live.element("i", { class: kind });
    drawn.style.gridArea = `${arm + 1} / ${t + 1}`;
    if (opacity < 1) drawn.style.opacity = (0.5 * opacity).toFixed(3);
    return drawn;
  }

  const SVG = "http://www.w3.org/2000/svg";

  /* A strip: column t holds the numbers at pull t, from -1 (pale) to 1 (full color). */
  live.strip = function (kind, height, pulls) {
    const box = document.createElementNS(SVG, "svg");
    const attributes = { class: `strip-of ${kind}`, viewBox: `0 0 ${pulls} ${height}`, preserveAspectRatio: "none", role: "img" };
    for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value);
    box.style.height = `${Math.min(6, 0.16 * height)}rem`;

    /* Adds the columns that are missing, drops those too many. */
    function draw(columns) {
      while (box.children.length > columns.length) box.lastChild.remove();
      for (let t = box.children.length; t < columns.length; t++) box.append(column(columns[t], t));
    }
    return { box, draw, clear: () => box.replaceChildren() };
  };

  function column(numbers, t) {
    const group = document.createElementNS(SVG, "g");
    numbers.forEach((x, i) => {
      const cell = document.createElementNS(SVG, "rect");
      const place = { x: t + 0.06, y: i + 0.05, width: 0.88, height: 0.95, "fill-opacity": (0.06 + 0.47 * (1 + x)).toFixed(2) };
      for (const [name, value] of Object.entries(place)) cell.setAttribute(name, value);
      group.append(cell);
    });
    return group;
  }
})(globalThis.companionLive);
