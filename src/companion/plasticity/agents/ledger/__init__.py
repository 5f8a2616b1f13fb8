"""An agent with a tool: a hidden table, look-ups that cost, a stream of questions. Where does the agent live?

world     tables, questions, look-ups, and what a right answer earns
planner   the exact agent for any context, and what memory is worth in closed form
streams   texts of the planner at work, from which a model learns to be such an agent
agent     the model at work: whole contexts, windows, wiped ones, notes, contexts of another
resume    one agent in a process of its own, killed and restored from what lies on disk
measures  what becomes of an agent whose context is kept, lost or changed
recipe    the settings of the agents that experiments share
kept      those agents, from checkpoints/
"""
