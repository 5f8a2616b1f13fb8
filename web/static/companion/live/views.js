/* The world of conversations (companion.plasticity.conversation): what a text of turns is, and what the exact Bayes agent
   makes of it; and an instance, which is what a model makes of it. A turn is a word: "ana-likes-irony", "nobody-speaks". */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const HEAD = 2, TURN = 4;  // words: the one that opens a text, and the topic; a statement and the question after it

  live.ViewsWorld = class {
    /* As Python wrote it: topics, views, qualities with their traits and how they are turned, voices and their errors. */
    constructor(world) {
      Object.assign(this, world);
      this.statements = new Map();
      this.voices.forEach((name, voice) => this.qualities.forEach((about, quality) => [true, false].forEach((likes) => {
        this.statements.set(`${name}-${likes ? "likes" : "dislikes"}-${about}`, { voice, quality, likes });
      })));
    }

    likes(view, quality) { return this.views[view][this.traits[quality]] * this.turned[quality] > 0; }

    /* How often a voice is wrong about a quality. */
    error(voice, quality) { return this.errors[voice][this.traits[quality]]; }

    /* The probability of each view: what prevails on the topic, weighed by each statement. */
    believed(topic, said) {
      const { strength, prevailing } = topic, rest = (1 - strength) / this.views.length;
      const weights = this.views.map((_, view) => said.reduce((weight, word) => {
        const { voice, quality, likes } = this.statements.get(word) || {};
        if (voice === undefined) return weight;
        const wrong = this.error(voice, quality);
        return weight * (this.likes(view, quality) === likes ? 1 - wrong : wrong);
      }, view === prevailing ? strength + rest : rest));
      const total = weights.reduce((sum, weight) => sum + weight);
      return weights.map((weight) => weight / total);
    }

    /* The exact agent's answers: the probability that each quality is liked. */
    exact(topic, said) {
      const believed = this.believed(topic, said);
      return this.qualities.map((_, quality) => believed.reduce((sum, p, view) => sum + (this.likes(view, quality) ? p : 0), 0));
    }

    /* The words that an instance reads: each turn is a statement and a question, to which no answer is shown. */
    text(topic, said) {
      return [this.begin, topic.name, ...said.flatMap((word, turn) => [word, ...topic.questions[turn], "sure?"])];
    }

    /* Where in a text of so many turns the words of the statements stand, or those of the questions. */
    places(kind, turns) {
      const within = { nothing: [], statements: [0], questions: [1, 2, 3] }[kind];
      return Array.from({ length: turns }, (_, turn) => within.map((place) => HEAD + TURN * turn + place)).flat();
    }
  };

  /* Weights and what they have read; asking leaves no trace in it. */
  live.Instance = class {
    constructor(model, world) {
      Object.assign(this, { world, reader: model.reader(), words: [], ids: new Map(world.words.map((word, id) => [word, id])) });
    }

    /* Reads a text. What it begins with and was read before is not read again. */
    follow(words) {
      const differs = words.findIndex((word, i) => word !== this.words[i]), same = differs < 0 ? words.length : differs;
      this.reader.rewind(same);
      for (const word of words.slice(same)) this.reader.read(this.ids.get(word));
      this.words = words;
    }

    /* The probability of the answer that likes each quality, of the two that a framing has. `gone`: the places of words whose
       keys and values are taken out of the state first. */
    answers(framing, gone = []) {
      const { qualities, framings, answers } = this.world, reader = gone.length ? this.reader.without(gone) : this.reader;
      const [yes, no] = answers[framings.indexOf(framing)].map((word) => this.ids.get(word)), { length } = reader;
      reader.read(this.ids.get(framing));
      const liked = qualities.map((quality) => {
        const logits = reader.read(this.ids.get(quality));
        reader.rewind(length + 1);
        return 1 / (1 + Math.exp(logits[no] - logits[yes]));
      });
      reader.rewind(length);
      return liked;
    }
  };
})(globalThis.companionLive);
