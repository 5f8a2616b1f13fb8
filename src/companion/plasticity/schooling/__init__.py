"""How a speaker comes to be, and how its weights are changed later.

recipe        the settings of the speakers that experiments share
corpus        conversations with the probabilities of what may be answered
expectation   loss against those probabilities
lessons       loss on words that a label names, and the way rates rise and fall
training      a speaker's way through easy conversations to all
gate          how near a speaker has to come to Bayes before it is used
kept          speakers in checkpoints/
slow          gradient steps on a copy, for experiments
"""
