/* Connect Four against the network, with and without search. One module for JupyterLab and for the page:
   render({ model, el }), with model.get, set, on, off and save_changes. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const PAUSE = 700;  // milliseconds in which a reader sees what the network will play
  const DRAW = 60;    // milliseconds between two pictures of a search under way
  const CONTROLS = ["network", "simulations", "blind"];

  /* A network's evaluator, decoded once for all the pieces of a page. In the page its weights lie beside the pieces. */
  const decoded = new Map();
  function evaluator({ digest, shape, weights }) {
    if (!decoded.has(digest)) {
      const held = weights || document.querySelector(`script[data-shared="${digest}"]`).textContent;
      const network = new live.PolicyValueNet(shape, held);
      decoded.set(digest, live.remembering((position) => network.evaluate(position)));
    }
    return decoded.get(digest);
  }

  class Game {
    constructor(model, el) {
      this.model = model;
      [this.board, this.networks, this.choices, this.opening] = ["board", "networks", "choices", "opening"].map((name) => model.get(name));
      this.names = this.networks.map(({ name }) => name);
      this.both = false;
      this.view = live.connectFourView(this);
      this.root = this.view.root;
      this.root.addEventListener("keydown", (event) => this.key(event));
      el.replaceChildren(this.root);
      this.follow = () => this.think();
      for (const name of CONTROLS) model.on(`change:${name}`, this.follow);
      this.begin(true);
    }

    get position() { return this.positions[this.positions.length - 1]; }
    get stones() { return this.opening.length + this.moves.length; }
    get yours() { return this.position.turn === this.you; }
    get mayDrop() { return !this.position.over && (this.yours || this.both); }
    get mayLetMove() { return this.mayDrop && !this.searching; }
    get mayTakeBack() { return this.both ? this.moves.length > 0 : this.lastOfYours() >= 0; }
    get searching() { return this.search !== null && this.search.simulations < this.model.get("simulations"); }

    /* What the views show of the search: numbers by column, values for you; null when the game is over. */
    get thought() {
      if (!this.search) return null;
      const { root, simulations, shares, value } = this.search, sign = this.yours ? 1 : -1;
      return {
        prior: Array.from(root.prior),
        shares: simulations ? shares : null,
        before: sign * root.value,
        after: sign * value,
        done: simulations,
        wanted: this.model.get("simulations"),
        blind: this.model.get("blind"),
      };
    }

    /* A new game; whether you make its first move. */
    begin(first) {
      this.positions = [live.afterDigits(this.board, this.opening)];
      this.moves = [];
      this.you = this.position.turn * (first ? 1 : -1);
      this.news = "A new game.";
      this.think();
    }

    /* A control was moved, here or in Python. */
    set(name, value) {
      this.model.set(name, value);
      this.model.save_changes();
    }

    moveForBoth(both) {
      this.both = both;
      this.think();
    }

    /* A reader wants a stone in this column. */
    want(column) {
      if (!this.mayDrop) return;
      if (this.position.legal(column)) this.drop(column);
      else this.view.say(`Column ${column + 1} is full.`);
    }

    letMove() {
      if (this.mayLetMove) this.drop(this.search.best);
    }

    drop(column) {
      this.news = `${this.yours ? "You play" : "The network plays"} column ${column + 1}.`;
      this.moves.push(column);
      this.positions.push(this.position.play(column));
      this.think();
    }

    /* Back to where you last moved; where you move for both, one stone. */
    takeBack() {
      if (!this.mayTakeBack) return;
      const kept = this.both ? this.moves.length - 1 : this.lastOfYours();
      this.moves.length = kept;
      this.positions.length = kept + 1;
      this.news = "Taken back.";
      this.think();
    }

    /* The number of your last move; below zero where there is none. */
    lastOfYours() { return this.moves.length - (this.yours ? 2 : 1); }

    /* Searches the position on the board, a few milliseconds at a time. Whatever the reader does next ends it. */
    think() {
      this.stop();
      this.search = this.position.over ? null : this.newSearch();
      this.show();
      if (this.search) this.stopSearching = live.breathing(this.searchInView(), () => this.settle());
      else this.view.say(`${this.news} ${live.heading(this)}.`);
    }

    newSearch() {
      const network = this.networks.find(({ name }) => name === this.model.get("network"));
      return new live.Search(this.position, evaluator(network), { ...this.model.get("search"), blind: this.model.get("blind") });
    }

    *searchInView() {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      let due = performance.now() + DRAW;
      for (const _ of this.search.run(this.model.get("simulations"))) {
        if (!calm && performance.now() > due) {
          this.view.thinking();
          due = performance.now() + DRAW;
        }
        yield;
      }
    }

    /* The search is done: say so, and where it is the network's turn, move. */
    settle() {
      this.show();
      this.view.say(`${this.news} ${this.inWords()}`.trim());
      this.news = "";
      if (!this.mayDrop) this.reply = setTimeout(() => this.drop(this.search.best), PAUSE);
    }

    inWords() {
      const thought = this.thought, before = live.signed(thought.before), after = thought.shares ? ` and ${live.signed(thought.after)}` : "";
      return `${live.heading(this)}. ${live.verdict(thought)} ${live.outlook(thought)} Value for you ${before}${after}.`;
    }

    stop() {
      if (this.stopSearching) this.stopSearching();
      clearTimeout(this.reply);
    }

    /* Draws everything, and tells Python which stones lie on the board. */
    show() {
      this.view.show();
      this.model.set("moves", this.opening + this.moves.map((column) => column + 1).join(""));
      this.model.save_changes();
    }

    key(event) {
      if (event.target.matches("select") || event.ctrlKey || event.metaKey || event.altKey) return;
      const column = Number(event.key) - 1, acts = { n: () => this.begin(true), z: () => this.takeBack(), m: () => this.letMove() };
      if (/^[1-9]$/.test(event.key) && column < this.board.columns) this.want(column);
      else if (acts[event.key]) acts[event.key]();
      else return;
      event.preventDefault();
    }

    close() {
      this.stop();
      for (const name of CONTROLS) this.model.off(`change:${name}`, this.follow);
    }
  }

  live.pieces = live.pieces || {};
  live.pieces.connect_four = {
    render({ model, el }) {
      const game = new Game(model, el);
      return () => game.close();
    },
  };
})(globalThis.companionLive);
