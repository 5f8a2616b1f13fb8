/* The piece in the page: the problem and the trace under it, what the trace leads to, the answer, bars, and the controls. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const { element, share } = live;
  const PACE = 70;  // milliseconds between two words that appear
  let pieces = 0;

  live.traceEditorView = function (editor) {
    const head = element("p", { class: "editor-head" }, element("strong", {}, "Where do the shuffles lead?")), status = element("p", { class: "unseen", role: "status" });
    const row = stepRow(editor), ledger = answerLedger(editor), bars = answerBars(editor), actions = actionRow(editor), controls = controlBox(editor);
    const root = element("section", { class: "trace-editor", "aria-label": "A trace to edit", "data-lm-suppress-shortcuts": "true" }, head, rules(),
      row.box, actions.box, element("div", { class: "stage" }, ledger.box, bars.box), controls.box, keys(), status);

    function show(fresh) {
      for (const part of [row, ledger, bars, actions, controls]) part.show();
      if (fresh && !matchMedia("(prefers-reduced-motion: reduce)").matches) appear([...row.fresh(), ...ledger.fresh()]);
    }
    return { root, show, say: (words) => { status.textContent = words; } };
  };

  /* One word after the other, as they were written. */
  function appear(nodes) {
    nodes.forEach((node, i) => node.animate([{ opacity: 0 }, { opacity: 1 }], { duration: PACE, delay: i * PACE, fill: "backwards" }));
  }

  function rules() {
    return element("p", { class: "editor-rules" }, "ABC is shuffled by one permutation after another; BAC, for one, makes the first two letters change places. The model reads the permutations, writes ",
      element("span", { class: "context" }, "a trace"), " under them, the arrangement after each, and then its answer. ", element("span", { class: "weights" }, "The weights"),
      " stay what they are. Press a step of the trace to put another arrangement there; say what the answer will be; let the model write on.");
  }

  const keys = () => element("p", { class: "editor-keys" },
    "Keys: left and right choose a permutation or a step, up and down change it; w writes, s samples, z takes your edits back, n is a new problem.");

  /* The permutations and the trace, two buttons a step. There are as many places as words fit a completion. */
  function stepRow(editor) {
    const places = Array.from({ length: Math.max(editor.task.limit, editor.permutations.length) }, (_, step) => place(editor, step));
    const steps = element("div", { class: "steps", role: "group", "aria-label": "Permutations, and the trace under them" }, ...places.map(({ box }) => box));
    const start = element("div", { class: "start", "aria-hidden": "true" }, element("span", {}, "start"), element("b", {}, "ABC"));
    roving(places.map(({ given }) => given), (step, by) => editor.change(step, by));
    roving(places.map(({ said }) => said), (step, by) => editor.edit(editor.trace.places.indexOf(step), by));
    const box = element("div", { class: "row" }, start, steps);
    const fresh = () => editor.trace.places.slice(editor.trace.standing.places.length).map((step) => places[step].said);
    return { box, fresh, show: () => places.forEach((one) => one.show()) };
  }

  function place(editor, step) {
    const given = element("button", { type: "button", class: "given", click: () => editor.change(step, 1) });
    const said = element("button", { type: "button", class: "said", click: () => editor.edit(editor.trace.places.indexOf(step), 1) });
    const note = element("small", { "aria-hidden": "true" });
    const box = element("div", { class: "step" }, element("span", { class: "step-number", "aria-hidden": "true" }, String(step + 1)), given, said, note);

    function show() {
      const { permutations, places, words, edits, pending } = editor.trace, i = places.indexOf(step), written = i >= 0;
      const kind = !written ? (pending && step > places[places.length - 1] ? "waiting" : "empty") : edits.includes(i) ? "edit" : editor.trace.slips(i) ? "slip" : "";
      box.hidden = step >= permutations.length && !written;
      given.hidden = step >= permutations.length;
      given.textContent = permutations[step] || "";
      given.setAttribute("aria-label", `Permutation ${step + 1}: ${permutations[step]}`);
      said.className = `said ${kind}`.trim();
      said.textContent = written ? words[i] : "";
      said.setAttribute("aria-label", `Step ${step + 1}: ${written ? words[i] : "not written"}${HEARD[kind] || ""}`);
      said.setAttribute("aria-disabled", String(!written));
      note.textContent = kind === "edit" || kind === "slip" ? kind : "";
    }
    return { box, given, said, show };
  }

  const HEARD = { edit: ", your edit", slip: ", does not follow from the step before" };

  /* Tab reaches a row of buttons once; left and right go along it, up and down change what stands there. */
  function roving(buttons, change) {
    const rove = (at) => buttons.forEach((button, i) => { button.tabIndex = i === at ? 0 : -1; });
    buttons.forEach((button, at) => {
      button.addEventListener("focus", () => rove(at));
      button.addEventListener("keydown", (event) => {
        const shown = buttons.filter(({ offsetParent }) => offsetParent), now = shown.indexOf(button), last = shown.length - 1;
        const to = { ArrowLeft: Math.max(0, now - 1), ArrowRight: Math.min(last, now + 1), Home: 0, End: last }[event.key], by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (by) change(at, by);
        else if (to !== undefined) shown[to].focus();
        else return;
        event.preventDefault();
        event.stopPropagation();
      });
    });
    rove(0);
  }

  /* What the edit leads to, what is right, what the model says; and how these agree. */
  function answerLedger(editor) {
    const line = (kind) => [element("span", { class: `name ${kind}` }), element("b", { class: kind })];
    const [implied, right, answer] = ["context implied", "exact", "answered"].map(line), verdict = element("p", { class: "editor-verdict" });
    const box = element("div", { class: "ledger" }, ...implied, ...right, ...answer, verdict);

    function show() {
      const { trace } = editor;
      implied[0].classList.toggle("none", !trace.edits.length);
      put(implied, trace.edits.length ? `Your edit of step ${trace.places[trace.lastEdit] + 1} leads to` : "No step is edited", trace.implied || "\u2013");
      put(right, "Right", trace.right);
      put(answer, "The model answers", trace.pending ? "?" : trace.answer || "\u2013");
      answer[1].className = `answered ${trace.pending ? "" : trace.words.length ? "context" : "weights"}`.trim();
      verdict.textContent = live.traceVerdict(editor);
    }
    return { box, show, fresh: () => [answer[1], verdict] };
  }

  function put([name, what], label, text) {
    name.textContent = label;
    what.textContent = text;
  }

  live.traceVerdict = function ({ trace, moved, forbidden }) {
    const { answer, implied, right, words, brokenOff } = trace;
    if (trace.pending) return "What will it answer? Let it write.";
    const slip = words.findIndex((_, i) => trace.slips(i)), why = [];
    if (moved) why.push(`The model took your edit for step ${trace.places[trace.lastEdit] + 1}.`);
    if (!words.length && !forbidden) why.push("There is no trace.");
    if (slip >= 0) why.push(`It slipped at step ${trace.places[slip] + 1}.`);
    if (brokenOff) why.push(`Its trace breaks off after step ${brokenOff}.`);
    return [agreement(answer, implied, right), ...why].join(" ");
  };

  function agreement(answer, implied, right) {
    if (answer === null) return "It gives no answer.";
    if (implied === null) return answer === right ? "It is right." : "It is wrong.";
    if (answer === implied) return answer === right ? "It follows the edit, and is right." : "It follows the edit.";
    return answer === right ? "It is right, and does not follow the edit." : "Neither: it does not follow the edit, and is not right.";
  }

  /* How likely each arrangement is as the answer: at once, and after the trace. */
  function answerBars(editor) {
    const rows = editor.task.arrangements.map((arrangement) => {
      const bars = ["weights", "context"].map((kind) => element("i", { class: kind }, element("b")));
      const tag = element("small"), name = element("span", {}, arrangement);
      return { bars, tag, box: element("div", { class: "likely" }, name, element("div", { class: "pair" }, ...bars), tag) };
    });
    const key = element("p", { class: "bars-key", "aria-hidden": "true" }, "How likely an answer is ", element("span", { class: "weights" }, "at once"), " and ", element("span", { class: "context" }, "after the trace"));
    const chance = element("p", { class: "bars-chance", "aria-hidden": "true" }, element("i"), `chance, ${share(1 / rows.length)}`);
    const drawn = element("div", { class: "bars", role: "img" }, ...rows.map(({ box }) => box));
    drawn.style.setProperty("--chance", 1 / rows.length);

    function show() {
      const { trace, task, atOnce, after } = editor, words = [];
      rows.forEach(({ bars, tag }, k) => {
        const name = task.arrangements[k], tags = [name === trace.right && "right", name === trace.implied && "edit"].filter(Boolean);
        [atOnce, after].forEach((likely, i) => {
          bars[i].style.width = likely ? `${100 * likely[k]}%` : "0";
          bars[i].firstChild.textContent = likely && likely[k] >= 0.005 ? share(likely[k]) : "";
        });
        tag.replaceChildren(...tags.map((text) => element("span", { class: text === "right" ? "exact" : "context" }, text)));
        words.push(`${name}${tags.length ? ` (${tags.join(", ")})` : ""}: at once ${share(atOnce[k])}${after ? `, after the trace ${share(after[k])}` : ""}`);
      });
      drawn.setAttribute("aria-label", `How likely each answer is. ${words.join("; ")}. Chance is ${share(1 / rows.length)}`);
    }
    return { box: element("div", { class: "answers" }, key, drawn, chance), show };
  }

  /* What a reader does. */
  function actionRow(editor) {
    const button = (words, act) => element("button", { type: "button", click: act }, words);
    const write = button("Write", () => editor.write(live.likeliest)), sample = button("Sample", () => editor.sample());
    const back = button("Take edits back", () => editor.takeBack()), anew = button("New problem", () => editor.newProblem());
    write.setAttribute("aria-label", "Write: the likeliest word each time");
    sample.setAttribute("aria-label", "Sample: words at random, as likely as the model finds them");
    function show() {
      write.classList.toggle("due", editor.trace.pending);
      back.setAttribute("aria-disabled", String(!editor.trace.edits.length));
    }
    return { box: element("div", { class: "actions" }, element("div", { class: "together" }, write, sample, back), anew), show };
  }

  /* What a reader sets. */
  function controlBox(editor) {
    const policy = choice(editor, "policy", "Policy", editor.names.map((name) => [name, name]));
    const opening = choice(editor, "opening", "Trace", [["free", "as it likes"], ["think", "always"], ["answer", "forbidden"]]);
    return { box: element("div", { class: "controls" }, policy.box, opening.box), show: () => [policy, opening].forEach((one) => one.show()) };
  }

  /* One of a few. */
  function choice(editor, setting, legend, options) {
    const name = `${setting}-${++pieces}`;
    const radios = options.map(([value]) => element("input", { type: "radio", name, value, change: () => editor.set(setting, value) }));
    const labels = radios.map((radio, i) => element("label", {}, radio, element("span", {}, options[i][1])));
    const box = element("fieldset", { class: "choice" }, element("legend", {}, legend), ...labels);
    return { box, show: () => radios.forEach((radio) => { radio.checked = radio.value === editor.model.get(setting); }) };
  }
})(globalThis.companionLive);
