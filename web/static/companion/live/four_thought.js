/* What the network thinks of the position on the board, before the search (blue: the weights) and after it (orange: the
   simulations): bars over the columns, the value on a line, and both in words. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const { element, share } = live;
  const spot = (numbers) => live.highest(numbers) + 1;
  const percent = (p) => `${(100 * p).toFixed(1)}%`;

  /* A number from -1 to 1 with a true minus, and no zero below zero. */
  live.signed = (x) => (Math.abs(x) < 0.005 ? "0.00" : x.toFixed(2).replace("-", "\u2212"));

  /* A pair of bars for each column. */
  live.fourBars = function (columns) {
    const pairs = Array.from({ length: columns }, () => ["weights", "context"].map((kind) => element("i", { class: `bar ${kind}` }, element("b"))));
    const names = pairs.map((_, column) => element("span", { class: "column-name" }, String(column + 1)));
    const box = element("div", { class: "bars", role: "img" }, ...pairs.map((pair) => element("div", { class: "pair" }, ...pair)), ...names);

    function show(thought) {
      pairs.forEach((pair, column) => [thought && thought.prior, thought && thought.shares].forEach((numbers, i) => {
        const p = numbers ? numbers[column] : 0;
        pair[i].style.height = percent(p);
        pair[i].classList.toggle("highest", Boolean(numbers) && live.highest(numbers) === column);
        pair[i].firstChild.textContent = p >= 0.005 ? share(p) : "";
      }));
      box.setAttribute("aria-label", thought ? inWords(thought) : "No bars: the game is over");
    }
    return { box, show };
  };

  function inWords({ prior, shares }) {
    const columns = prior.map((p, column) => `column ${column + 1}: weights ${share(p)}${shares ? `, search ${share(shares[column])}` : ""}`);
    return `Where the next stone should go, ${columns.join("; ")}`;
  }

  /* The two answers side by side, and the value on a line from the network's win to yours. */
  live.fourAnswers = function () {
    const verdict = element("p", { class: "four-verdict" }), outlook = element("p", { class: "four-outlook" });
    const rows = { weights: answer("weights"), context: answer("context") };
    const marks = { weights: element("i", { class: "value-mark weights" }), context: element("i", { class: "value-mark context" }) };
    const line = element("div", { class: "value-line", "aria-hidden": "true" }, marks.weights, marks.context);
    const ends = element("div", { class: "value-ends", "aria-hidden": "true" }, element("span", {}, "network wins"), element("span", {}, "even"), element("span", {}, "you win"));
    const head = element("div", { class: "answer head" }, element("span"), element("span", {}, "column"), element("span", {}, "value for you"));
    const box = element("div", { class: "answers" }, verdict, head, rows.weights.box, rows.context.box, line, ends, outlook);

    function show(thought, words) {
      verdict.textContent = words;
      outlook.textContent = thought ? live.outlook(thought) : "";
      rows.weights.show("Weights", thought && spot(thought.prior), thought && thought.before);
      const searched = thought && thought.shares;
      rows.context.show(thought && !thought.wanted ? "No search" : "Search", searched && spot(thought.shares), searched && thought.after);
      place(marks.weights, thought ? thought.before : null);
      place(marks.context, searched ? thought.after : null);
    }
    return { box, show };
  };

  function answer(kind) {
    const cells = ["who", "where", "worth"].map((name) => element("span", { class: name }));
    const show = (name, column, value) => [name, column || "\u2013", column ? live.signed(value) : "\u2013"].forEach((text, i) => { cells[i].textContent = text; });
    return { box: element("div", { class: `answer ${kind}` }, ...cells), show };
  }

  function place(mark, value) {
    mark.hidden = value === null;
    mark.style.left = percent((1 + (value || 0)) / 2);
  }

  /* The verdict in a sentence. */
  live.verdict = function ({ prior, shares, done, wanted, blind }) {
    if (done < wanted) return `Searching: ${done} of ${wanted} simulations.`;
    const [first, then] = [spot(prior), shares && spot(shares)];
    if (!shares) return `Without a search the weights alone move: column ${first}.`;
    const searched = blind ? "the blind search" : "the search";
    return first === then ? `The weights propose column ${first}, and ${searched} agrees.` : `The weights propose column ${first}; ${searched} overrules them: column ${then}.`;
  };

  /* Who stands better, in words, before and after. */
  live.outlook = function ({ before, after, shares }) {
    const first = standing(before), then = shares && standing(after);
    if (!shares || first === then) return `${first[0].toUpperCase()}${first.slice(1)}${shares ? ", before and after" : ""}.`;
    return `At first sight ${first}; after the search ${then}.`;
  };

  /* `value` is for you. */
  function standing(value) {
    const who = value > 0 ? "you" : "the network", size = Math.abs(value);
    if (size < 0.15) return "about even";
    return size < 0.5 ? `a little better for ${who}` : size < 0.85 ? `clearly better for ${who}` : `as good as won for ${who}`;
  }
})(globalThis.companionLive);
