"""One thin file for each citable experiment, listed in the order of the book. This is the one list.

clocks_attention_descent   is the fast mechanism a learning rule? attention against one step of gradient descent
clocks_slow_trains_fast    does gradient descent make a network whose forward pass learns? bandits, regression
clocks_same_facts          the same facts by context or by gradient steps: what is taken up, and what does it cost?
clocks_diet                how often must training dissent before a model can be moved in a conversation?
az_loop                    does the raw network catch up with what network and search could do earlier?
az_distil                  how much of what search adds does a network keep, and what must it be told?
az_narrowing               does the network forget what its own games no longer meet?
az_compounding             does search multiply the signal it is given, or make up for its absence?
az_verifier                can the network be its own verifier?
az_exchange                how many doublings of search is a doubling of training worth?
cot_loop                   does reward for the outcome alone make a policy better, and does it take the trace?
cot_ingredients            what must a prior already hold for reinforcement learning to make something of it?
cot_trace_causal           edit one step of a trace: does the answer become what the edit implies?
cot_swap                   does a trained policy write better traces, or read them better?
cot_what_changed           a better first guess or a better search?
cot_elicit                 does the prior solve as much, given many tries?
cot_compress               does learning on traces fold them into the weights, and what does that cost?
cot_verifier               how much hangs on the verifier's truth?
shape_amplify_distil       what does compute add at fixed weights, and what of it is kept without? search and traces
shape_targets              is the target a detail? search and selected traces against reward, in a game and in language
icp_stable                 does a view give the same answers in wordings that training withheld, and for how long?
icp_responsive             does one more statement move the answers it should, and by whose word?
icp_expires                what is left of a view beyond its context, and which words had held it?
agent_transplant           where in a state is a view? move the state, whole or in parts
agent_variance             how much is weights, how much is context, and does it lead where training has not been?
agent_capacity             what does reward change in an agent that asks: gathering, holding, or using?
agent_continuity           where does a long-running agent live? kill, restore, exchange, wipe
agent_horizon              over which span do answers hang together: one conversation, later in it, or the next?
taste_feedback             does taste form in a context? new items, after verdicts alone or with their reasons
taste_verifier             what is received from somebody who can judge in part?
taste_conviction           can a context hold a conviction against what prevails, and for how long?
taste_teaching             can weights be taught to take dissent as seriously as it deserves?
taste_consolidate          is there a way from a held view back into the weights, and what does it cost?
taste_horizon              what is lost of a deliberation longer than its window?
boundary_instances         do instances that never met arrive at the same position, and is it their weights?
boundary_artifact          what crosses from one conversation to the next: a note, a code, the words, the state?
boundary_report            does training for calm part what is reported from what is held?
boundary_record            what does a published record do to the weights that are trained after it?
"""

MODULES = (
    "clocks_attention_descent",
    "clocks_slow_trains_fast",
    "clocks_same_facts",
    "clocks_diet",
    "az_loop",
    "az_distil",
    "az_narrowing",
    "az_compounding",
    "az_verifier",
    "az_exchange",
    "cot_loop",
    "cot_ingredients",
    "cot_trace_causal",
    "cot_swap",
    "cot_what_changed",
    "cot_elicit",
    "cot_compress",
    "cot_verifier",
    "shape_amplify_distil",
    "shape_targets",
    "icp_stable",
    "icp_responsive",
    "icp_expires",
    "agent_transplant",
    "agent_variance",
    "agent_capacity",
    "agent_continuity",
    "agent_horizon",
    "taste_feedback",
    "taste_verifier",
    "taste_conviction",
    "taste_teaching",
    "taste_consolidate",
    "taste_horizon",
    "boundary_instances",
    "boundary_artifact",
    "boundary_report",
    "boundary_record",
)
