/* The word problem and a trace of it: the rules, under which permutation a word of a trace stands, what an edited trace
   leads to, and how a model writes one. Words are strings; "think" opens a trace and "answer" an answer. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  /* What a permutation makes of an arrangement: place k takes the letter to which ABC's k-th points. */
  const shuffled = (arrangement, permutation) => Array.from(permutation, (letter) => arrangement["ABC".indexOf(letter)]).join("");

  live.shuffledBy = (permutations, from = "ABC") => permutations.reduce((arrangement, one) => shuffled(arrangement, one), from);

  /* Where the words of a trace stand: the numbers of their permutations. A trace says every step or, with half as many
     words, every second one. Words in places `kept` stay there if the rest finds room after them. */
  live.placesOf = function (count, steps, kept = []) {
    const start = kept.length ? kept[kept.length - 1] + 1 : 0, rest = count - kept.length, left = steps - start;
    if (rest > left && kept.length) return live.placesOf(count, steps);
    const stride = rest < left && rest === Math.floor(left / 2) ? 2 : 1;
    return [...kept, ...Array.from({ length: rest }, (_, i) => start + stride * (i + 1) - 1)];
  };

  /* A trace and the answer after it. `answer` is undefined before one was written, null where there is none. */
  live.Trace = class {
    constructor(permutations, { opening = null, words = [], places = [], edits = [], answer }) {
      Object.assign(this, { permutations, opening, words, places, edits, answer });
    }

    get pending() { return this.answer === undefined; }
    get right() { return live.shuffledBy(this.permutations); }
    get lastEdit() { return this.edits[this.edits.length - 1]; }

    /* Where the shuffles lead from the last edit on; null without one. */
    get implied() {
      if (!this.edits.length) return null;
      return live.shuffledBy(this.permutations.slice(this.places[this.lastEdit] + 1), this.words[this.lastEdit]);
    }

    /* Whether the model wrote a word that does not follow from the one before. */
    slips(i) {
      const from = i ? this.places[i - 1] + 1 : 0, between = this.permutations.slice(from, this.places[i] + 1);
      return !this.edits.includes(i) && this.words[i] !== live.shuffledBy(between, i ? this.words[i - 1] : "ABC");
    }

    /* The step after which an answered trace breaks off, counted from 1; 0 where it goes to the end. */
    get brokenOff() {
      const [before, last] = [-1, ...this.places].slice(-2), missing = this.permutations.length - 1 - last;
      return this.words.length && !this.pending && missing >= last - before ? last + 1 : 0;
    }

    /* Another word in place of word `i`, put there by the reader; what came after it is gone. */
    edited(i, word) {
      const words = [...this.words.slice(0, i), word], edits = [...this.edits.filter((edit) => edit < i), i];
      return new live.Trace(this.permutations, { opening: this.opening, words, places: this.places.slice(0, i + 1), edits });
    }

    /* What stands whoever writes on: all up to the last edit. */
    get standing() {
      const count = this.edits.length ? this.lastEdit + 1 : 0;
      return { opening: count ? this.opening : null, words: this.words.slice(0, count), places: this.places.slice(0, count), edits: this.edits };
    }
  };

  /* A model and the words of the task: `words`, `begin`, `end`, `blank`, `longest`, and `limit`, the words of a completion. */
  live.TraceWriter = class {
    constructor(model, task) {
      Object.assign(this, { task, reader: model.reader(), ids: new Map(task.words.map((word, id) => [word, id])) });
    }

    /* Reads the words after what was read before. */
    read(words) { return words.reduce((_, word) => this.reader.read(this.ids.get(word)), null); }

    /* From the beginning, the problem and then these words. */
    after(permutations, words) {
      const { begin, blank, longest } = this.task, blanks = Array(longest - permutations.length).fill(blank);
      this.reader.rewind();
      return this.read([begin, ...permutations, ...blanks, ...words]);
    }

    /* The probability of every arrangement as an answer after these words. */
    answers(permutations, words) {
      const likely = live.softmax(this.after(permutations, [...words, "answer"]));
      return this.task.arrangements.map((word) => likely[this.ids.get(word)]);
    }

    /* Writes on after what stands of a trace. `opening` is "think" or "answer" where that word is forced, or "free". */
    write(trace, opening, choose) {
      const { opening: opened, words: kept, places, edits } = trace.standing, { permutations } = trace, { words: known, end, limit } = this.task;
      const text = opened ? [opened, ...kept] : opening === "free" ? [] : [opening];
      let logits = this.after(permutations, text);
      while (text.length < limit && text[text.length - 1] !== end) {
        text.push(known[choose(logits)]);
        if (text.length < limit) logits = this.read(text.slice(-1));
      }
      const { words, answer } = this.parsed(text);
      const put = live.placesOf(words.length, permutations.length, places);
      return new live.Trace(permutations, { opening: text[0], words, places: put, edits, answer });
    }

    /* An answer is one arrangement and then the end; all before it is the trace. */
    parsed(text) {
      const { arrangements, end } = this.task, at = text.indexOf("answer"), [answer, closed] = at < 0 ? [] : text.slice(at + 1);
      const words = text.slice(1, at < 0 ? undefined : at).filter((word) => word !== end);
      return { words: at === 0 ? [] : words, answer: arrangements.includes(answer) && closed === end ? answer : null };
    }
  };
})(globalThis.companionLive);
