/* A bandit to play, beside the frozen network and the exact player. One module for JupyterLab and for the page:
   render({ model, el }), with model.get, set, on, off and save_changes. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const MANY = 1000;
  const PLAYERS = ["you", "kept", "wiped", "exact"];

  class Game {
    constructor(model, el) {
      this.model = model;
      this.world = model.get("world");
      const { unknown, safe, pulls } = this.world;
      this.arms = Array.from({ length: unknown }, (_, arm) => "ABCDEFGH"[arm]).concat(safe === null ? [] : ["safe"]);
      this.learner = new live.FastLearner(this.arms.length, model.get("width"), model.get("weights"));
      this.player = new live.ExactPlayer(unknown, pulls, safe);
      this.build(el);
      this.restart(model.get("seed"));
      this.stopSolving = live.breathing(this.player.solve(), () => this.solved());
    }

    build(el) {
      this.view = live.banditView(this);
      this.root = this.view.root;
      this.root.addEventListener("keydown", (event) => this.key(event));
      el.replaceChildren(this.root);
      this.follow = () => this.show();
      this.model.on("change:wiped", this.follow);
    }

    /* All from the beginning, with the luck of this seed. */
    restart(seed) {
      this.stopMany();
      this.seed = seed;
      this.number = 0;
      this.yours = tally();
      this.many = tally();
      this.deal();
    }

    /* The next bandit. */
    deal() {
      this.bandit = new live.Bandit(this.world, this.seed, ++this.number);
      this.current = this.number;
      this.you = new live.Track(this.bandit);
      this.kept = live.playNetwork(this.learner, this.bandit, false);
      this.wiped = live.playNetwork(this.learner, this.bandit, true);
      this.exact = this.player.solved ? live.playExactly(this.player, this.bandit) : null;
      this.view.clear();
      this.show();
    }

    solved() {
      this.exact = live.playExactly(this.player, this.bandit);
      if (this.done) this.count(this.yours, { exact: this.exact });
      this.show();
    }

    get done() { return this.you.arms.length === this.bandit.pulls; }
    get network() { return this.model.get("wiped") ? this.wiped : this.kept; }
    get best() { return this.player.solved ? this.player.value(Array(this.world.unknown).fill(0), this.world.pulls) : NaN; }

    pull(arm) {
      if (this.done) return;
      const reward = this.you.pull(arm), t = this.you.arms.length;
      if (this.done) this.count(this.yours, this);
      this.show();
      const totals = `You ${this.you.total()}, network ${this.network.total(t)}, exact player ${this.exact ? this.exact.total(t) : "not ready"}.`;
      this.view.say(`Pull ${t}: ${this.arms[arm]} ${reward ? "paid" : "did not pay"}. ${totals}${this.done ? " The bandit is played." : ""}`);
    }

    wipe(wiped) {
      this.model.set("wiped", wiped);
      this.model.save_changes();
      this.view.clear();
      this.show();
    }

    /* The machines play many more bandits, a few milliseconds at a time. */
    playMany() {
      if (this.playing) return this.stopMany();
      if (!this.player.solved) return;
      this.playing = live.breathing(this.manyBandits(), () => this.stopMany());
      this.show();
    }

    *manyBandits() {
      for (let i = 1; i <= MANY; i++) {
        const bandit = new live.Bandit(this.world, this.seed, ++this.number);
        const kept = live.playNetwork(this.learner, bandit, false), wiped = live.playNetwork(this.learner, bandit, true);
        this.count(this.many, { kept, wiped, exact: live.playExactly(this.player, bandit) });
        if (i % 20 === 0) this.view.averages(this);
        yield;
      }
    }

    stopMany() {
      if (!this.playing) return;
      this.playing();
      this.playing = null;
      this.show();
      this.view.say(`The machines have played ${this.many.kept.n} bandits.`);
    }

    /* Adds the totals of played tracks to the running means. */
    count(means, tracks) {
      for (const player of PLAYERS) if (tracks[player]) means[player].add(tracks[player].total());
    }

    /* Draws everything, and tells Python. */
    show() {
      this.view.show(this);
      this.model.set("averages", { yours: summary(this.yours), many: summary(this.many) });
      this.model.save_changes();
    }

    key(event) {
      if (event.target.matches("input[type=number]") || event.ctrlKey || event.metaKey || event.altKey) return;
      const arm = Number(event.key) - 1;
      if (arm in this.arms) this.pull(arm);
      else if (event.key === "n") this.deal();
      else return;
      event.preventDefault();
    }

    close() {
      this.stopSolving();
      if (this.playing) this.playing();
      this.model.off("change:wiped", this.follow);
    }
  }

  const tally = () => Object.fromEntries(PLAYERS.map((player) => [player, new live.Mean()]));

  /* Running means as plain data, for Python. */
  function summary(means) {
    const played = PLAYERS.filter((player) => means[player].n);
    return Object.fromEntries(played.map((player) => [player, { episodes: means[player].n, mean: means[player].mean }]));
  }

  live.pieces = live.pieces || {};
  live.pieces.bandit = {
    render({ model, el }) {
      const game = new Game(model, el);
      return () => game.close();
    },
  };
})(globalThis.companionLive);
