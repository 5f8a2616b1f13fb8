/* A trace to edit: a model writes where shuffles of ABC lead, a reader changes a step, the model writes on. One module for
   JupyterLab and for the page: render({ model, el }), with model.get, set, on, off and save_changes. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  class Editor {
    constructor(model, el) {
      this.model = model;
      [this.task, this.policies] = ["task", "policies"].map((name) => model.get(name));
      this.names = this.policies.map(({ name }) => name);
      this.luck = live.uniforms(model.get("seed"));
      this.draws = 0;
      this.view = live.traceEditorView(this);
      this.root = this.view.root;
      this.root.addEventListener("keydown", (event) => this.key(event));
      el.replaceChildren(this.root);
      this.following = { problem: () => this.begin(), opening: () => this.begin(), policy: () => this.otherPolicy() };
      for (const [name, follow] of Object.entries(this.following)) model.on(`change:${name}`, follow);
      this.begin();
    }

    get permutations() { return this.model.get("problem"); }
    get forbidden() { return this.model.get("opening") === "answer"; }
    get writer() {
      const policy = this.policies.find(({ name }) => name === this.model.get("policy"));
      return new live.TraceWriter(live.llama(policy), this.task);
    }

    /* A control was moved, here or in Python; what follows from it hangs on the change. */
    set(name, value) {
      this.model.set(name, value);
      this.model.save_changes();
    }

    /* All from the beginning: nothing is edited, and the likeliest words are written. */
    begin() {
      this.trace = new live.Trace(this.permutations, {});
      this.write(live.likeliest);
    }

    /* Another policy reads what stands of the trace. Where an answer is waited for, it goes on being waited for. */
    otherPolicy() {
      if (this.trace.pending) this.show(`The policy is ${this.model.get("policy")}.`);
      else this.write(live.likeliest);
    }

    /* The model writes all that comes after the last edit. */
    write(choose) {
      const writer = this.writer, before = this.trace.places[this.trace.lastEdit];
      this.trace = writer.write(this.trace, this.model.get("opening"), choose);
      this.moved = this.trace.edits.length > 0 && before !== this.trace.places[this.trace.lastEdit];
      this.show(this.inWords(), true);
    }

    sample() { this.write((logits) => live.drawn(logits, this.luck(this.draws++))); }

    /* Puts another arrangement in place of word `i` of the trace; what came after it is to be written anew. */
    edit(i, by) {
      if (!(i in this.trace.words)) return;
      this.moved = false;
      this.trace = this.trace.edited(i, this.next(this.trace.words[i], by));
      this.show(`Step ${this.trace.places[i] + 1} now says ${this.trace.words[i]}, which leads to ${this.trace.implied}. Right is ${this.trace.right}. What will it answer?`);
    }

    /* Puts another permutation in place `step` of the problem. */
    change(step, by) {
      this.set("problem", this.permutations.map((one, i) => (i === step ? this.next(one, by) : one)));
    }

    newProblem() {
      const { arrangements } = this.task;
      this.set("problem", this.permutations.map(() => arrangements[Math.floor(arrangements.length * this.luck(this.draws++))]));
    }

    /* The arrangement so many places after this one in the list of all. */
    next(arrangement, by) {
      const { arrangements } = this.task, { length } = arrangements;
      return arrangements[(arrangements.indexOf(arrangement) + by + length) % length];
    }

    /* Draws everything, and tells Python. `fresh`: what is drawn was just written. */
    show(news, fresh = false) {
      const writer = this.writer, { opening, words, pending, answer, edits, places } = this.trace;
      this.atOnce = writer.answers(this.permutations, []);
      this.after = words.length && !pending ? writer.answers(this.permutations, [opening, ...words]) : null;
      this.view.show(fresh);
      this.view.say(news);
      this.model.set("trace", words);
      this.model.set("edited", edits.map((i) => places[i] + 1));
      this.model.set("answer", answer || "");
      this.model.save_changes();
    }

    inWords() {
      const { words, answer } = this.trace;
      return `${words.length ? `Trace: ${words.join(", ")}. ` : ""}${answer ? `Answer: ${answer}. ` : ""}${live.traceVerdict(this)}`;
    }

    takeBack() {
      if (this.trace.edits.length) this.begin();
    }

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const acts = { w: () => this.write(live.likeliest), s: () => this.sample(), z: () => this.takeBack(), n: () => this.newProblem() };
      if (!acts[event.key]) return;
      acts[event.key]();
      event.preventDefault();
    }

    close() {
      for (const [name, follow] of Object.entries(this.following)) this.model.off(`change:${name}`, follow);
    }
  }

  live.pieces = live.pieces || {};
  live.pieces.trace_editor = {
    render({ model, el }) {
      const editor = new Editor(model, el);
      return () => editor.close();
    },
  };
})(globalThis.companionLive);
