/* The piece in the page: bars over the board, the answers beside it, and the controls. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const { element } = live;
  let pieces = 0;

  live.connectFourView = function (game) {
    const title = element("strong"), count = element("span"), status = element("p", { class: "unseen", role: "status" });
    const head = element("p", { class: "four-head" }, title, count);
    const bars = live.fourBars(game.board.columns), board = live.fourBoard(game.board, (column) => game.want(column));
    const answers = live.fourAnswers(), progress = element("div", { class: "four-progress", "aria-hidden": "true" }, element("i"));
    const actions = actionRow(game), controls = controlBox(game);
    const table = element("div", { class: "table" }, bars.box, progress, board.box, actions.box);
    const root = element("section", { class: "four", "aria-label": "Connect Four against the network" }, head, rules(game),
      element("div", { class: "stage" }, table, element("div", { class: "beside" }, answers.box, controls.box)), keys(game), status);
    root.style.setProperty("--columns", game.board.columns);

    function show() {
      title.textContent = live.heading(game);
      count.textContent = `${game.stones} ${game.stones === 1 ? "stone" : "stones"} on the board`;
      board.show(game.position, game.you, game.mayDrop);
      actions.show();
      controls.show();
      thinking();
    }

    /* What changes while the search goes on. */
    function thinking() {
      const thought = game.thought;
      bars.show(thought);
      answers.show(thought, thought ? live.verdict(thought) : "The game is over.");
      progress.firstChild.style.width = thought && thought.done < thought.wanted ? `${100 * thought.done / thought.wanted}%` : "0";
    }
    return { root, show, thinking, say: (words) => { status.textContent = words; } };
  };

  live.heading = function (game) {
    if (game.position.won) return game.yours ? "The network wins" : "You win";
    if (game.position.full) return "A draw";
    return game.yours ? "Your move" : game.both ? "The network\u2019s move" : "The network\u2019s turn";
  };

  function rules({ board }) {
    const words = ["", "", "Two", "Three", "Four", "Five", "Six", "Seven"][board.line];
    return element("p", { class: "four-rules" }, `${words} in a row win. Yours are the full stones, the network\u2019s the open ones. The bars are for whoever moves next: `,
      element("span", { class: "weights" }, "where the weights would go at first sight"), ", and ",
      element("span", { class: "context" }, "where the search spends its simulations"), ".");
  }

  const keys = ({ board }) => element("p", { class: "four-keys" },
    `Keys: 1 to ${board.columns} drop a stone, the arrow keys choose a column and Enter drops, m lets the network move in your place, z takes back, n is a new game.`);

  /* What a reader does to the game. */
  function actionRow(game) {
    const button = (words, act) => element("button", { type: "button", click: act }, words);
    const begin = [button("You begin", () => game.begin(true)), button("It begins", () => game.begin(false))];
    const back = button("Take back", () => game.takeBack()), move = button("Let it move", () => game.letMove());
    move.setAttribute("aria-label", "Let it move: the network moves in your place");
    const anew = element("div", { class: "together", role: "group", "aria-label": "New game" }, element("span", { "aria-hidden": "true" }, "New game"), ...begin);
    function show() {
      back.setAttribute("aria-disabled", String(!game.mayTakeBack));
      move.setAttribute("aria-disabled", String(!game.mayLetMove));
      for (const one of begin) one.classList.toggle("due", game.position.over);
    }
    return { box: element("div", { class: "actions" }, element("div", { class: "together" }, back, move), anew), show };
  }

  /* What a reader sets. */
  function controlBox(game) {
    const network = element("select", { change: () => game.set("network", network.value) }, ...game.names.map((name) => element("option", {}, name)));
    const simulations = choice(game);
    const blind = element("input", { type: "checkbox", change: () => game.set("blind", blind.checked) });
    const both = element("input", { type: "checkbox", change: () => game.moveForBoth(both.checked) });
    const box = element("div", { class: "controls" },
      element("label", { class: "of-network" }, element("span", {}, "Network"), network), simulations.box,
      element("label", {}, blind, element("span", {}, "blind search", element("small", {}, "the rules never tell it who has won"))),
      element("label", {}, both, element("span", {}, "I move for both sides")));
    function show() {
      network.value = game.model.get("network");
      simulations.show(game.model.get("simulations"));
      blind.checked = game.model.get("blind");
      both.checked = game.both;
    }
    return { box, show };
  }

  /* How many simulations: one of a few. */
  function choice(game) {
    const name = `simulations-${++pieces}`;
    const radios = game.choices.map((n) => element("input", { type: "radio", name, value: n, change: () => game.set("simulations", n) }));
    const labels = radios.map((radio) => element("label", {}, radio, element("span", {}, radio.value)));
    const box = element("fieldset", { class: "choice" }, element("legend", {}, "Simulations before each move"), ...labels);
    return { box, show: (n) => radios.forEach((radio) => { radio.checked = Number(radio.value) === n; }) };
  }
})(globalThis.companionLive);
