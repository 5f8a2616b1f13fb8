"""Conversations in which a view forms: a world with an exact Bayes agent, and models that are trained on its texts.

conversation   views, voices and topics; what is said in each turn, how it is worded, what Bayes makes of it
schooling      how a speaker is trained, how near it has to come to Bayes, where it is kept; gradient steps on a copy
state          an instance: what weights build of a context, what it answers, and what can be done to it
arms           who holds which view and who speaks of it: the table that all experiments share
situation      conversations of one row of that table
speakers       one value a culture, averaged over its speakers

clocks         the same facts by context and by gradient; training with and without dissent
views          stable, responsive, gone: answers in other words, after one more word, and after the end
agents         where a view is, what is weights and what is context; an agent that asks, one that has a tool
taste          feedback, dissent, teaching, and the way back into the weights
boundary       what crosses from one instance to the next
"""
