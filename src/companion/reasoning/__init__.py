"""Reinforcement learning on chains of thought: a weak prior, a verifier, the loop, and what the trace does.

task             what every task offers: problems, a language, a verifier
word_problem     task A: the product of permutations, one step of the trace for each
countdown        task B: reach a number, by attempts that are written down and checked
countdown_texts  what a prior of task B learns from: texts by people of varying care, and exercises
rollouts         completions of a batch of problems, with reward and advantage
gradient         the policy gradient of those completions, with nothing read twice
grpo             the loop: sample, verify, compare within the group, one gradient step
expert_iteration the same with a filter in place of the advantage, and distillation
answers          accuracy with a trace, without one, and by the number of tries
surgery          traces that were cut, shuffled, forged or written by another policy
recipe           the settings of the runs that experiments share
kept             those runs, from checkpoints/
"""
