/* One bandit, its luck, and how the machines play it. The n-th pull of an arm pays the same whoever pulls. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  live.Bandit = class {
    /* `world`: unknown arms, pulls, and the safe arm's rate or null. Bandit `number` of a seed is always the same. */
    constructor(world, seed, number) {
      const { unknown, pulls, safe } = world;
      this.arms = unknown + (safe === null ? 0 : 1);
      this.pulls = pulls;
      const luck = live.uniforms(seed), start = number * (unknown + this.arms * pulls);
      this.rates = Array.from({ length: this.arms }, (_, arm) => (arm < unknown ? luck(start + arm) : safe));
      this.pays = (arm, nth) => (luck(start + unknown + arm * pulls + nth) < this.rates[arm] ? 1 : 0);
    }
  };

  /* What one player did: arms[t] was pulled and paid rewards[t]. */
  live.Track = class {
    constructor(bandit) { Object.assign(this, { bandit, arms: [], rewards: [], counts: Array(bandit.arms).fill(0) }); }

    pull(arm) {
      const reward = this.bandit.pays(arm, this.counts[arm]++);
      this.arms.push(arm);
      this.rewards.push(reward);
      return reward;
    }

    /* Reward of the first `pulls` pulls. */
    total(pulls = this.rewards.length) { return this.rewards.slice(0, pulls).reduce((sum, reward) => sum + reward, 0); }
  };

  /* The frozen network plays its likeliest arm. Wiped, it meets every pull as if it were an episode's first. */
  live.playNetwork = function (learner, bandit, wiped) {
    const track = Object.assign(new live.Track(bandit), { states: [], policies: [] });
    let state = learner.blank(), event = 0;
    for (let t = 0; t < bandit.pulls; t++) {
      if (wiped) [state, event] = [learner.blank(), 0];
      state = learner.read(event, state);
      const policy = learner.probabilities(state), arm = policy.indexOf(Math.max(...policy));
      track.states.push(state);
      track.policies.push(policy);
      event = 1 + 2 * arm + track.pull(arm);
    }
    return track;
  };

  /* The Bayes-optimal player; `worths` holds Q of each arm before each pull. */
  live.playExactly = function (player, bandit) {
    const track = Object.assign(new live.Track(bandit), { worths: [] });
    let seen = Array(player.unknown).fill(0);
    for (let left = bandit.pulls; left > 0; left--) {
      const arm = player.best(seen, left);
      track.worths.push(player.worth(seen, left));
      const reward = track.pull(arm);
      if (arm < player.unknown) seen = live.learned(seen, arm, reward);
    }
    return track;
  };

  /* Running mean and standard error of one player's returns. */
  live.Mean = class {
    constructor() { this.n = this.sum = this.squares = 0; }
    add(x) { this.n++; this.sum += x; this.squares += x * x; }
    get mean() { return this.sum / this.n; }
    get error() { return Math.sqrt(Math.max(0, this.squares / this.n - this.mean ** 2) / (this.n - 1)); }
  };

  /* Works through a generator a few milliseconds at a time; `done` gets what it returns. Returns a stop function. */
  live.breathing = function (work, done) {
    let timer;
    (function slice() {
      const end = performance.now() + 8;
      let step;
      do step = work.next(); while (!step.done && performance.now() < end);
      if (step.done) done(step.value);
      else timer = setTimeout(slice);
    })();
    return () => clearTimeout(timer);
  };
})(globalThis.companionLive);
