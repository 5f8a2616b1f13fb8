/* What a step of a conversation did, in words. A step is told by its answers before and after. */
"use strict";
globalThis.companionLive = globalThis.companionLive || {};
(function (live) {
  const { share } = live;
  const LITTLE = 0.05;

  live.capitalized = (word) => word[0].toUpperCase() + word.slice(1);

  /* How far two lists of answers are apart on average. */
  live.apart = (one, other) => one.reduce((sum, p, i) => sum + Math.abs(p - other[i]), 0) / one.length;

  /* A turn as a sentence without its stop: "Ana likes irony". */
  live.turnInWords = (word) => live.capitalized(word.replaceAll("-", " "));

  live.conversationNews = {
    said(talk, word, before) {
      const statement = talk.world.statements.get(word), said = `${live.turnInWords(word)}.`;
      if (!statement) return `${said} Answers move by ${share(live.apart(talk.answers, before))} on average.`;
      const { quality } = statement, about = talk.world.qualities[quality];
      return `${said} Asked about ${about}, the instance goes from ${share(before[quality])} to ${share(talk.answers[quality])}; the exact agent is at ${share(talk.exact[quality])}. ${unspoken(talk, before)}`.trim();
    },

    asked(talk, before) {
      const unlike = talk.untrained ? ` Training never asked about ${talk.topic.name} so.` : "";
      return `In this wording answers move by ${share(live.apart(talk.answers, before))} on average.${unlike}`;
    },

    takenOut(talk) {
      const { without, gone } = talk, whole = talk.instance.answers(talk.framing);
      if (without === "nothing") return "The state is whole.";
      if (!gone.length) return "Nothing has been said: there is nothing to take out.";
      return `Keys and values of the ${without}, ${counted(gone.length, "word")}, are out of the state; those of ${talk.instance.words.length - gone.length} remain. `
        + `Answers are ${share(live.apart(talk.answers, whole))} from those of the whole state, ${share(live.apart(talk.answers, talk.atFirst))} from a fresh instance\u2019s.`;
    },

    speaker: ({ voice }) => `${live.capitalized(voice)} speaks.`,

    takenBack: (word) => `Taken back: ${live.turnInWords(word)}.`,

    next({ number, left }) {
      const words = left.length ? " What was said can be handed over." : "";
      return `Instance ${number - 1} has ended, and its view with it. Instance ${number} has the same weights and an empty context.${words}`;
    },

    handedOver: (talk) => `Instance ${talk.number} has read the same ${talk.instance.words.length} words: the same weights make the same view of them again.`,

    topic: ({ topic, number }) => `Instance ${number}, on ${topic.name}. Nothing has been said.`,

    full: ({ world }) => `A conversation has ${world.turns} turns at most: take one back, or open the next instance.`,

    standing: ({ said, number }) => `Instance ${number} has been told ${counted(said.length, "turn")}.`,
  };

  /* Whether a statement reached further than what it is about. */
  function unspoken(talk, before) {
    const spoken = talk.spoken, moved = talk.answers.map((p, quality) => (spoken.has(quality) ? -1 : Math.abs(p - before[quality])));
    const most = moved.indexOf(Math.max(...moved)), about = talk.world.qualities[most];
    if (moved[most] < 0) return "";
    if (moved[most] < LITTLE) return "What nobody spoke of hardly moves.";
    return `Nobody spoke of ${about}, which goes from ${share(before[most])} to ${share(talk.answers[most])}.`;
  }

  const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
})(globalThis.companionLive);
