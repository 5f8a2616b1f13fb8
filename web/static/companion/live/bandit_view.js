/* What the reader sees of the bandit game: three rolls, the network's state and weights, controls, averages. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const { element, share } = live;
  const BANDS = 24;

  live.banditView = function (game) {
    const { arms, world, learner } = game;
    const head = heading();
    const you = player("You", "paid", arms, world.pulls, armButtons(game));
    const network = player("Network, its weights frozen", "next", arms, world.pulls, letters(arms));
    const exact = player("Exact player", "worth", arms, world.pulls, letters(arms));
    const state = strip("context", learner.width, world.pulls);
    const weights = strip("weights", BANDS, world.pulls);
    const controls = controlRow(game);
    const averages = averageTable(game), status = element("p", { class: "unseen", role: "status" });
    const fast = element("div", { class: "machine" }, network.box, state.box, weights.box);
    const root = element("section", { class: "bandit", "aria-label": "A bandit to play", "data-lm-suppress-shortcuts": "true" },
      head.box, rules(game), you.box, fast, exact.box, legend(game), controls.box, averages.box, status);

    let prints = [];  // one fingerprint of the weights for each pull, taken when it happened

    function show() {
      const t = game.you.arms.length, now = Math.min(t, world.pulls - 1), ready = game.exact !== null;
      const covered = controls.cover.checked && !game.done;
      head.show(game, t);
      you.show(game.you, t, game.done ? game.bandit.rates.map(share) : tallies(game), game.done ? "rate" : "paid");
      network.show(game.network, t, game.done ? [] : game.network.policies[now].map(share), "next", game.network.policies);
      exact.show(ready ? game.exact : new live.Track(game.bandit), t, ready && !game.done ? game.exact.worths[now].map((q) => q.toFixed(2)) : [], "worth");
      for (const machine of [network, exact]) machine.box.classList.toggle("covered", covered);
      state.strip.draw(game.network.states.slice(0, now + 1).map((cells) => Array.from(cells)));
      while (prints.length <= now) prints.push(learner.fingerprint(BANDS));
      weights.strip.draw(prints);
      state.say(`Its state, ${learner.width} cells: ${game.model.get("wiped") ? "wiped before" : "changes with"} every pull`);
      weights.say(`Its ${thousands(learner.weights.length)} weights: checksum ${learner.checksum()} at pull ${now + 1}`);
      arms.forEach((_, arm) => press(you.box.querySelectorAll("button")[arm], game, arm));
      controls.show(game);
      averages.show(game);
    }

    function clear() {
      prints = [];
      state.strip.clear();
      weights.strip.clear();
    }

    return { root, show, clear, averages: averages.show, say: (words) => { status.textContent = words; } };
  };

  /* 4164 -> 4 164, with a thin space. */
  const thousands = (n) => String(n).replace(/(\d)(?=(\d{3})+$)/g, "$1\u2009");

  function rules({ arms, world }) {
    const { unknown, pulls, safe } = world, named = `${arms.slice(0, unknown - 1).join(", ")} and ${arms[unknown - 1]}`;
    const known = safe === null ? "" : `The safe arm pays with probability ${share(safe)}. `;
    return element("p", { class: "bandit-rules" }, `You have ${pulls} pulls. ${known}${named} pay at rates you do not know, drawn evenly from 0 to 1 for every new bandit. `
      + "The network and the exact player play the same bandit with the same luck: the third pull of an arm pays all of you or none.");
  }

  function legend(game) {
    const keys = `Keys: 1 to ${game.arms.length} pull, n is a new bandit.`;
    return element("p", { class: "bandit-legend" }, "A full dot paid, an empty one did not. ", element("em", {}, "next"),
      " is how likely the network is to pull each arm, shaded; it takes the likeliest. ", element("em", {}, "worth"),
      ` is what the exact player expects to get from here on if it begins with that arm. ${keys}`);
  }

  function heading() {
    const title = element("strong"), left = element("span");
    const box = element("p", { class: "bandit-head" }, title, left);
    function show(game, t) {
      title.textContent = `Bandit ${game.current}`;
      const more = game.bandit.pulls - t;
      left.textContent = more ? `${more} ${more === 1 ? "pull" : "pulls"} left` : "played; its rates are shown";
    }
    return { box, show };
  }

  /* A player's name, roll, a column of figures for the arms, and the total so far. */
  function player(name, caption, arms, pulls, side) {
    const roll = live.roll(name, arms, pulls);
    const label = element("span", { class: "figure-name" }, caption), total = element("b", { class: "total" });
    const figures = element("div", { class: "figures" });
    const box = element("div", { class: "player" }, element("span", { class: "name" }, name), label, side, roll.box, figures, total);
    function show(track, shown, numbers, words, policies) {
      roll.draw(track, shown, policies);
      label.textContent = numbers.length ? words : "";
      figures.replaceChildren(...numbers.map((text) => element("span", {}, text)));
      total.textContent = track.total(shown);
    }
    return { box, show };
  }

  function armButtons(game) {
    const buttons = game.arms.map((arm, i) => element("button", { type: "button", click: () => game.pull(i) }, arm));
    return element("div", { class: "side", role: "group", "aria-label": "Arms to pull, keys 1 to " + game.arms.length }, ...buttons);
  }

  function press(button, game, arm) {
    const pulled = game.you.counts[arm];
    const safe = arm >= game.world.unknown ? `, pays ${game.world.safe} of the time` : "";
    button.setAttribute("aria-label", `Pull arm ${game.arms[arm]}${safe}; ${paid(game, arm)} of ${pulled} paid`);
    button.setAttribute("aria-disabled", String(game.done));
  }

  const paid = (game, arm) => game.you.arms.reduce((sum, other, t) => sum + (other === arm ? game.you.rewards[t] : 0), 0);
  const tallies = (game) => game.arms.map((_, arm) => (game.you.counts[arm] ? `${paid(game, arm)}/${game.you.counts[arm]}` : arm < game.world.unknown ? "?" : share(game.world.safe)));
  const letters = (arms) => element("div", { class: "side letters", "aria-hidden": "true" }, ...arms.map((arm) => element("span", {}, arm)));

  function strip(kind, height, pulls) {
    const drawn = live.strip(kind, height, pulls), name = element("span", { class: `name ${kind}` });
    const say = (now) => { name.textContent = now; drawn.box.setAttribute("aria-label", now); };
    return { box: element("div", { class: "player" }, name, drawn.box), strip: drawn, say };
  }

  function controlRow(game) {
    const next = element("button", { type: "button", click: () => game.deal() }, "New bandit");
    const many = element("button", { type: "button", click: () => game.playMany() });
    const wiped = element("input", { type: "checkbox", change: () => game.wipe(wiped.checked) });
    const cover = element("input", { type: "checkbox", change: () => game.show() });
    const seed = element("input", { type: "number", min: 0, max: 4294967295, step: 1, change: () => game.restart(seed.value >>> 0) });
    const box = element("div", { class: "bandit-controls" }, next, many,
      element("label", {}, wiped, " wipe the network's state"),
      element("label", {}, cover, " cover their pulls until mine are made"),
      element("label", {}, "seed ", seed));
    function show() {
      many.textContent = game.playing ? "Stop" : "Let them play 1000 bandits";
      many.setAttribute("aria-disabled", String(!game.player.solved));
      next.classList.toggle("due", game.done);
      wiped.checked = game.model.get("wiped");
      seed.value = game.seed;
    }
    return { box, show, cover };
  }

  const ROWS = [["you", "You"], ["kept", "Network"], ["wiped", "Network, state wiped"], ["exact", "Exact player"]];

  function averageTable(game) {
    const body = element("tbody"), yours = element("th", { scope: "col", class: "number" }), many = element("th", { scope: "col", class: "number" });
    const caption = element("caption");
    const box = element("table", { class: "bandit-averages" }, caption, element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Paid on average"), yours, many)), body);
    function show() {
      yours.textContent = `your bandits (${game.yours.you.n})`;
      many.textContent = `more (${game.many.kept.n})`;
      body.replaceChildren(...ROWS.map(([row, name]) => element("tr", {}, element("th", { scope: "row" }, name), cell(game.yours[row]), cell(game.many[row], true))));
      caption.textContent = game.player.solved
        ? `${blind(game.world)} The exact player expects ${game.best.toFixed(2)}, and nobody can expect more. \u00b1: two standard errors.`
        : "The exact player is working out every state it could meet.";
    }
    return { box, show };
  }

  const blind = ({ safe, pulls }) => (safe === null ? "" : `The safe arm alone brings ${(safe * pulls).toFixed(2)}.`);

  function cell(mean, withError = false) {
    const number = mean.n ? mean.mean.toFixed(2) : "\u2013";
    const error = withError && mean.n > 1 ? ` \u00b1 ${(2 * mean.error).toFixed(2)}` : "";
    return element("td", { class: "number" }, number + error);
  }
})(globalThis.companionLive);
