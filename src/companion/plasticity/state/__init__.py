"""An instance: what weights have built of a context, and what can be done to it.

instance        read on, ask, rate, write
newly           questions in words that training withheld from the topic
adoption        how probable answers by a view are
interventions   take words out of a state, put another's in, save and load
reopened        closed in one process, opened in another
"""
