/* A conversation to hold: a reader makes voices speak, an instance of the model reads it and is asked what it likes. One
   module for JupyterLab and for the page: render({ model, el }), with model.get, set, on, off and save_changes. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const { conversationNews: news } = live;

  class Talk {
    constructor(model, el) {
      this.model = model;
      this.world = new live.ViewsWorld(model.get("world"));
      this.open();
      this.fresh = new live.Instance(live.llama(model.get("speaker")), this.world);
      this.known = new Map();
      this.view = live.conversationView(this);
      this.root = this.view.root;
      this.root.addEventListener("keydown", (event) => this.key(event));
      el.replaceChildren(this.root);
      const follow = {
        topic: () => this.begin(),
        voice: () => {
          this.view.show();
          this.view.say(news.speaker(this));
        },
        framing: () => this.change({}, (before) => news.asked(this, before)),
        without: () => this.change({}, () => news.takenOut(this)),
        said: () => this.change({}, () => news.standing(this)),
      };
      this.following = Object.entries(follow).map(([name, act]) => [`change:${name}`, () => { if (!this.changing) act(); }]);
      for (const [event, act] of this.following) model.on(event, act);
      this.change({}, () => (this.said.length ? news.standing(this) : news.topic(this)));
    }

    get topic() { return this.world.topics.find(({ name }) => name === this.model.get("topic")); }
    get voice() { return this.model.get("voice"); }
    get framing() { return this.model.get("framing"); }
    get untrained() { return this.topic.untrained.includes(this.framing); }
    get without() { return this.model.get("without"); }
    get said() { return this.model.get("said"); }
    get left() { return this.model.get("left"); }
    get number() { return this.model.get("instance"); }
    get full() { return this.said.length >= this.world.turns; }
    get mayHandOver() { return this.said.length > 0 || this.left.length > 0; }
    /* The places of words that are out of the state. */
    get gone() { return this.world.places(this.without, this.said.length); }
    /* The qualities of which somebody spoke. */
    get spoken() { return new Set(this.said.map((word) => this.world.statements.get(word)).filter(Boolean).map(({ quality }) => quality)); }

    /* The same weights, nothing read. */
    open() { this.instance = new live.Instance(live.llama(this.model.get("speaker")), this.world); }

    /* What an instance answers that knows the topic and nothing else. */
    untold(framing) {
      const asked = `${this.topic.name} ${framing}`;
      if (!this.known.has(asked)) {
        this.fresh.follow(this.world.text(this.topic, []));
        this.known.set(asked, this.fresh.answers(framing));
      }
      return this.known.get(asked);
    }

    /* A control was moved, here or in Python; what follows from it hangs on the change, unless it is part of a step. */
    set(name, value) {
      this.model.set(name, value);
      this.model.save_changes();
    }

    /* One step: settings change, the instance reads what is new and is asked, and what came of it is told. */
    change(settings, tell) {
      const before = this.answers;
      this.changing = true;
      for (const [name, value] of Object.entries(settings)) this.model.set(name, value);
      const { topic, said, framing } = this, text = this.world.text(topic, said);
      this.instance.follow(text);
      this.answers = this.instance.answers(framing, this.gone);
      this.atFirst = this.untold(framing);
      this.exact = this.world.exact(topic, said);
      this.model.set("answers", this.answers);
      this.changing = false;
      this.view.show();
      this.view.say(tell(before));
      this.model.save_changes();
    }

    /* A voice says that it likes a quality, or does not; or nobody speaks. */
    speak(word) {
      if (this.full) this.view.say(news.full(this));
      else this.change({ said: [...this.said, word] }, (before) => news.said(this, word, before));
    }

    say(quality, likes) { this.speak(`${this.voice}-${likes ? "likes" : "dislikes"}-${this.world.qualities[quality]}`); }

    silence() { this.speak(this.world.silence); }

    takeBack() {
      const { said } = this;
      if (said.length) this.change({ said: said.slice(0, -1) }, () => news.takenBack(said[said.length - 1]));
    }

    /* Another topic is another conversation. */
    begin() {
      const { said, number } = this;
      this.open();
      this.change({ said: [], left: [], without: "nothing", instance: said.length ? number + 1 : number }, () => news.topic(this));
    }

    /* The conversation ends; another instance begins with nothing. */
    next() {
      const { said, left, number } = this;
      this.open();
      this.change({ said: [], left: said.length ? said : left, without: "nothing", instance: number + 1 }, () => news.next(this));
    }

    /* An instance that has read nothing reads all that was said to this one, or to the one before. */
    handOver() {
      if (!this.mayHandOver) return;
      const { said, left, number } = this, words = said.length ? said : left;
      this.open();
      this.change({ said: words, left: words, without: "nothing", instance: said.length ? number + 1 : number }, () => news.handedOver(this));
    }

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const acts = { s: () => this.silence(), z: () => this.takeBack(), n: () => this.next(), h: () => this.handOver() };
      for (const voice of this.world.voices) acts[voice[0]] = () => this.set("voice", voice);
      if (!acts[event.key]) return;
      acts[event.key]();
      event.preventDefault();
    }

    close() {
      for (const [event, act] of this.following) this.model.off(event, act);
    }
  }

  live.pieces = live.pieces || {};
  live.pieces.conversation = {
    render({ model, el }) {
      const talk = new Talk(model, el);
      return () => talk.close();
    },
  };
})(globalThis.companionLive);
