/* The piece in the page: who speaks of what, sixteen qualities by trait with buttons to say something and what the instance
   answers, what came of it, what was said, and the controls. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const { element, share } = live;
  const WORDINGS = {
    "for-or-against": "for or against?", "good-or-bad": "good or bad?", agree: "agree?", disagree: "disagree?",
    "a-for-b-against": "A for, B against?", "a-against-b-for": "A against, B for?",
  };
  const STATES = [["nothing", "of all words"], ["statements", "without the statements"], ["questions", "without the questions"]];
  let pieces = 0;

  live.conversationView = function (talk) {
    const title = element("strong"), count = element("span"), news = element("p", { class: "talk-news", role: "status" });
    const cast = castBox(talk), qualities = qualityGrid(talk), told = toldBox(talk), measures = measureBox(talk);
    const actions = actionRow(talk), controls = controlBox(talk), parts = [cast, qualities, told, measures, actions, controls];
    const root = element("section", { class: "conversation", "aria-label": "A conversation to hold", "data-lm-suppress-shortcuts": "true" },
      element("p", { class: "talk-head" }, title, count), rules(), cast.box, key(), qualities.box, news, actions.box,
      element("div", { class: "stage" }, measures.box, told.box), controls.box, keys());

    function show() {
      title.textContent = `What is good in ${talk.topic.name}?`;
      count.textContent = `instance ${talk.number}, ${talk.said.length} of ${talk.world.turns} turns`;
      for (const part of parts) part.show();
    }
    return { root, show, say: (words) => { news.textContent = words; } };
  };

  function rules() {
    return element("p", { class: "talk-rules" }, "Somebody holds a view: one side of each of four hidden traits. Who likes the upper two qualities of a trait dislikes the lower two, or the other way round. ",
      "Voices say what that somebody likes, and err. An instance of the model reads ", element("span", { class: "context" }, "what they say"), "; ",
      element("span", { class: "weights" }, "its weights"), " stay what they are. Choose a voice, then press \u2212 for what it dislikes, + for what it likes.");
  }

  const keys = () => element("p", { class: "talk-keys" },
    "Keys: a to e choose a voice, the arrow keys a sign, Enter says it; s is a turn of silence, z takes a turn back, n opens the next instance, h hands the words over.");

  const key = () => element("p", { class: "talk-key", "aria-hidden": "true" }, "How likely it is to like a quality: ",
    element("span", { class: "context" }, element("i", { class: "bar" }), "this instance"), element("span", { class: "weights" }, element("i", { class: "fresh" }), "a fresh one"),
    element("span", { class: "exact" }, element("i", { class: "exact" }), "the exact agent"));

  /* On what, and who speaks. */
  function castBox(talk) {
    const topics = talk.world.topics.map(({ name, strength }) => [name, name, strength ? share(strength) : "open"]);
    const voices = talk.world.voices.map((voice, i) => [voice, live.capitalized(voice), [...new Set(talk.world.errors[i])].map(share).join(", ")]);
    const topic = choice(talk, "topic", "Topic, and how far one view prevails", topics), voice = choice(talk, "voice", "Voice, and how often it errs", voices);
    const prevails = element("p", { class: "prevails" });

    function show() {
      const { name, strength, prevailing } = talk.topic;
      const liked = talk.world.qualities.filter((_, quality) => talk.world.likes(prevailing, quality));
      prevails.textContent = strength ? `The view that prevails on ${name} likes ${liked.join(", ")}.` : `No view prevails on ${name}: all sixteen are held alike.`;
      topic.show();
      voice.show();
    }
    return { box: element("div", { class: "cast" }, topic.box, voice.box, prevails), show };
  }

  /* The qualities, four to a trait, those first that are turned one way. */
  function qualityGrid(talk) {
    const { traits, turned, qualities } = talk.world, groups = [...new Set(traits)].map((trait) => {
      const places = qualities.map((_, quality) => quality).filter((quality) => traits[quality] === trait).sort((a, b) => turned[b] - turned[a] || a - b);
      const errs = element("small"), rows = places.map((quality) => qualityRow(talk, quality));
      const head = element("p", { class: "trait-head", "aria-hidden": "true" }, element("strong", {}, `Trait ${trait + 1}`), element("span", {}, "dislikes"), errs, element("span", {}, "likes"));
      const box = element("div", { class: "trait", role: "group", "aria-label": `Trait ${trait + 1}` }, head, ...rows.map((row) => row.box));
      const show = () => {
        errs.textContent = `${live.capitalized(talk.voice)} errs ${share(talk.world.error(talk.world.voices.indexOf(talk.voice), places[0]))}`;
        rows.forEach((row) => row.show());
      };
      return { box, rows, show };
    });
    roving(groups.flatMap(({ rows }) => rows.map(({ buttons }) => buttons)));
    const box = element("div", { class: "qualities", role: "group", "aria-label": "What the voice says of each quality, and what the instance answers" }, ...groups.map((group) => group.box));
    return { box, show: () => groups.forEach((group) => group.show()) };
  }

  function qualityRow(talk, quality) {
    const about = talk.world.qualities[quality], bar = element("i", { class: "bar" }), fresh = element("i", { class: "fresh" }), exact = element("i", { class: "exact" });
    const track = element("div", { class: "track", role: "img" }, bar, fresh, exact), number = element("b", { "aria-hidden": "true" });
    const [against, pro] = [false, true].map((likes) => element("button", { type: "button", click: () => talk.say(quality, likes) }));
    const box = element("div", { class: "quality" }, element("span", {}, about), against, track, pro, number);

    function show() {
      const [p, first, right] = [talk.answers, talk.atFirst, talk.exact].map((answers) => answers[quality]);
      bar.style.left = `${100 * Math.min(p, 0.5)}%`;
      bar.style.width = `${100 * Math.abs(p - 0.5)}%`;
      fresh.style.left = `${100 * first}%`;
      exact.style.left = `${100 * right}%`;
      number.textContent = share(p);
      track.setAttribute("aria-label", `${about}: ${share(p)}; fresh ${share(first)}, exact ${share(right)}`);
      [against, pro].forEach((button, likes) => {
        const verb = likes ? "likes" : "dislikes", who = talk.world.voices.filter((voice) => talk.said.includes(`${voice}-${verb}-${about}`)).map(live.capitalized);
        button.classList.toggle("said", who.length > 0);
        button.textContent = who.map((name) => name[0]).join("") || (likes ? "+" : "\u2212");
        button.setAttribute("aria-label", `${live.capitalized(talk.voice)} ${verb} ${about}${who.length ? `; said by ${who.join(", ")}` : ""}`);
        button.setAttribute("aria-disabled", String(talk.full));
      });
    }
    return { box, buttons: [against, pro], show };
  }

  /* Tab reaches the signs once; up and down go along the qualities, left and right from one side to the other. */
  function roving(pairs) {
    const buttons = pairs.flat(), rove = (at) => buttons.forEach((button, i) => { button.tabIndex = i === at ? 0 : -1; });
    buttons.forEach((button, at) => {
      button.addEventListener("focus", () => rove(at));
      button.addEventListener("keydown", (event) => {
        const last = buttons.length - 1, side = at % 2;
        const to = { ArrowUp: Math.max(side, at - 2), ArrowDown: Math.min(last - 1 + side, at + 2), ArrowLeft: at - side, ArrowRight: at - side + 1, Home: 0, End: last }[event.key];
        if (to === undefined) return;
        buttons[to].focus();
        event.preventDefault();
        event.stopPropagation();
      });
    });
    rove(1);
  }

  /* What this instance was told, or the one before it. */
  function toldBox(talk) {
    const name = element("strong"), list = element("ol", { class: "told" });
    function show() {
      const { said, left, number, without } = talk, old = !said.length && left.length > 0, words = old ? left : said;
      name.textContent = old ? "Said before this instance began" : "Said to it; after each turn it is asked a question, and never shown the answer";
      list.className = `told ${old ? "old" : without === "statements" ? "gone" : ""}`.trim();
      list.replaceChildren(...words.map((word) => element("li", {}, live.turnInWords(word))));
      if (!words.length) list.append(element("li", { class: "none" }, "nothing yet"));
    }
    return { box: element("div", { class: "words" }, name, list), show };
  }

  /* How far its answers are from those of others. */
  function measureBox(talk) {
    const lines = [["weights", "a fresh instance\u2019s"], ["exact", "the exact agent\u2019s"]].map(([kind, whose]) => [element("b", { class: kind }), ` from ${whose}`]);
    function show() {
      [talk.atFirst, talk.exact].forEach((answers, i) => { lines[i][0].textContent = share(live.apart(talk.answers, answers)); });
    }
    const box = element("p", { class: "measures" }, element("strong", {}, "On average its answers are"), ...lines.map((line) => element("span", {}, ...line)));
    return { box, show };
  }

  /* What a reader does. */
  function actionRow(talk) {
    const button = (words, act) => element("button", { type: "button", click: act }, words);
    const silence = button("Nobody speaks", () => talk.silence()), back = button("Take back", () => talk.takeBack());
    const next = button("Next instance", () => talk.next()), over = button("Hand the words over", () => talk.handOver());
    next.setAttribute("aria-label", "Next instance: the conversation ends, another begins with the same weights and nothing read");
    over.setAttribute("aria-label", "Hand the words over: an instance that has read nothing reads what was said");
    function show() {
      silence.setAttribute("aria-disabled", String(talk.full));
      back.setAttribute("aria-disabled", String(!talk.said.length));
      over.setAttribute("aria-disabled", String(!talk.mayHandOver));
      next.classList.toggle("due", talk.full);
    }
    return { box: element("div", { class: "actions" }, element("div", { class: "together" }, silence, back), element("div", { class: "together" }, next, over)), show };
  }

  /* How it is asked, and what is left of its state. */
  function controlBox(talk) {
    const wording = choice(talk, "framing", "Wording of the questions; new: never used in training on this topic", talk.world.framings.map((framing) => [framing, WORDINGS[framing], ""]));
    const state = choice(talk, "without", "Keys and values in its state", STATES);
    function show() {
      wording.show((framing) => (talk.topic.untrained.includes(framing) ? "new" : ""));
      state.show();
    }
    return { box: element("div", { class: "controls" }, wording.box, state.box), show };
  }

  /* One of a few; an option may have something small said of it. */
  function choice(talk, setting, legend, options) {
    const name = `${setting}-${++pieces}`, notes = options.map(([, , note]) => element("small", {}, note || ""));
    const radios = options.map(([value]) => element("input", { type: "radio", name, value, change: () => talk.set(setting, value) }));
    const labels = radios.map((radio, i) => element("label", {}, radio, element("span", {}, options[i][1]), notes[i]));
    const box = element("fieldset", { class: `choice of-${setting}` }, element("legend", {}, legend), element("div", {}, ...labels));

    function show(noted) {
      radios.forEach((radio, i) => {
        if (noted) notes[i].textContent = noted(radio.value);
        radio.checked = radio.value === talk.model.get(setting);
        radio.setAttribute("aria-label", [options[i][1], notes[i].textContent].filter(Boolean).join(", "));
      });
    }
    return { box, show };
  }
})(globalThis.companionLive);
