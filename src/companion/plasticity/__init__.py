"""Conversations in which a view forms: a world with an exact Bayes agent, and models that are trained on its texts.

world      views, qualities, items, voices and topics, and what training withholds of them
culture    what prevails: the prior on each topic
script     a conversation before it is worded; experiments edit this, never tokens
bayes      the exact posterior after every turn
language   how a conversation is worded
corpus     conversations with the answers that came true
lessons    predicting the words that are anybody's to choose
recipe     the settings of the models that experiments share
training   a model's way through easy conversations to all

asking     an agent that asks and is rewarded for its answer
ledger     an agent with a tool that costs, over a hidden table
"""
