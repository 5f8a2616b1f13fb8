"""The smallest networks whose forward pass learns, each beside the exact learner of its world.

bandits            Bernoulli bandits, the Bayes optimum by dynamic programming, greedy and Thompson players
rl2                RL²: policy gradients train a recurrent network that learns bandits in its state
linear_tasks       contexts of examples (x, y) of new linear functions
linear_attention   one attention layer trained on such contexts, and one step of gradient descent
regression         a small Llama trained on such contexts, and the Bayes agent
"""
