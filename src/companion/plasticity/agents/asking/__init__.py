"""An agent that asks: four questions to a collaborator, four noisy replies, then an answer. What does reward change?

world      topics, views, collaborators, the exact Bayes agent, and the words
corpus     texts that make a prior: in them replies tell of a hidden view, and answers may pay it no heed
episodes   conversations in which the agent chooses what to ask
training   the prior, by next-token prediction, and reinforcement learning from the outcome alone
measures   agreement with Bayes, what chosen questions are worth, the empty context, a probe
recipe     the settings of the agents that experiments share
kept       those agents, from checkpoints/
"""
